import type { Migration } from '../migrate.ts';

const tables = `
-- What the replies of a campaign took in all, and where the time went. Of turns of which that is known.
CREATE TABLE turn_tallies (
  campaign_id TEXT PRIMARY KEY,
  turns INTEGER NOT NULL,
  endpoint_ms INTEGER NOT NULL,
  think_ms INTEGER NOT NULL,
  send_ms INTEGER NOT NULL,
  play_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER turns_counted AFTER INSERT ON turns WHEN new.parts IS NOT NULL BEGIN
  INSERT INTO turn_tallies
    SELECT campaign_id, 1, json_extract(new.parts, '$.endpointMs'), json_extract(new.parts, '$.thinkMs'),
      json_extract(new.parts, '$.sendMs'), json_extract(new.parts, '$.playMs')
    FROM attempts WHERE seq = new.attempt AND campaign_id IS NOT NULL
    ON CONFLICT DO UPDATE SET turns = turns + 1, endpoint_ms = endpoint_ms + excluded.endpoint_ms, think_ms = think_ms + excluded.think_ms,
      send_ms = send_ms + excluded.send_ms, play_ms = play_ms + excluded.play_ms;
END;
`;

export const turnTallies: Migration = {
  id: 9,
  name: 'turn tallies',
  up: (sql) => sql.script(tables),
};
