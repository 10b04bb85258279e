import type { Migration } from '../migrate.ts';

const tables = `
-- Which rung of the voice ladder followed which in the middle of a call, and why.
CREATE TABLE rung_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  at_ms INTEGER NOT NULL,
  from_rung TEXT,
  to_rung TEXT NOT NULL,
  because TEXT NOT NULL
) STRICT;
CREATE INDEX rung_changes_by_attempt ON rung_changes(attempt);

-- How many ended calls of a campaign each rung has spoken last.
CREATE TABLE rung_tallies (
  campaign_id TEXT NOT NULL,
  rung TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, rung)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER rungs_counted AFTER UPDATE OF phase ON attempts
WHEN new.phase = 'ended' AND old.phase <> 'ended' AND new.campaign_id IS NOT NULL AND new.rung IS NOT NULL BEGIN
  INSERT INTO rung_tallies VALUES (new.campaign_id, new.rung, 1) ON CONFLICT DO UPDATE SET amount = amount + 1;
END;
INSERT INTO rung_tallies SELECT campaign_id, rung, count(*) FROM attempts
  WHERE phase = 'ended' AND campaign_id IS NOT NULL AND rung IS NOT NULL GROUP BY campaign_id, rung;
`;

export const rungChanges: Migration = {
  id: 5,
  name: 'rung changes',
  up: (sql) => sql.script(tables),
};
