import { leadPlace, leadSearchText } from '#bridge/domain/lead-words.ts';
import { countryOf } from '#bridge/domain/phone-number.ts';
import { searchText } from '#bridge/domain/search-text.ts';
import type { Migration } from '../migrate.ts';

/** What a list of calls shows and is narrowed by: beside the call itself, so that a page is one look into one index. */
const columns = `
ALTER TABLE attempts ADD COLUMN agent_name TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN lead_zone TEXT;
ALTER TABLE attempts ADD COLUMN lead_place TEXT;
-- Which dial of this lead it is, from 1.
ALTER TABLE attempts ADD COLUMN attempt_number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE attempts ADD COLUMN person_involved INTEGER NOT NULL DEFAULT 0;
-- Name and number in the form in which they are searched.
ALTER TABLE attempts ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE tool_calls ADD COLUMN took_ms INTEGER;
`;

const fill = `
UPDATE attempts SET
  agent_name = coalesce((
    SELECT json_extract(recipe, '$.name') FROM agent_versions WHERE agent_id = attempts.agent_id AND version = attempts.agent_version
  ), ''),
  -- One zone is told; of several it would have to be known what the clocks said then.
  lead_zone = (
    SELECT iif(json_array_length(time_zones) = 1, json_extract(time_zones, '$[0]'), NULL) FROM leads WHERE id = attempts.lead_id
  ),
  lead_place = place_of(variables, to_number),
  person_involved = coalesce(disposition = 'transferred', 0),
  search = call_search(lead_name, to_number);
UPDATE attempts SET attempt_number = numbered.place
FROM (SELECT seq, row_number() OVER (PARTITION BY lead_id ORDER BY seq) AS place FROM attempts WHERE lead_id IS NOT NULL) numbered
WHERE attempts.seq = numbered.seq AND numbered.place > 1;
UPDATE leads SET search = lead_search(fields, phone);
`;

/**
 * One index holds all that a list of calls can be narrowed by, in the order in which it is shown: whatever is asked for together, no row is
 * read that is not shown. It takes the place of the one by time alone. The others stay for what is asked for alone, with the world in
 * them: there are only two, and a row should not have to be read to tell which.
 */
const indexes = `
DROP INDEX attempts_by_time;
CREATE INDEX attempts_in_lists ON attempts(
  created_at_ms, seq, world, campaign_id, outcome, disposition, rung, person_involved, talk_ms, search
);
DROP INDEX attempts_by_outcome;
DROP INDEX attempts_by_disposition;
DROP INDEX attempts_by_rung;
CREATE INDEX attempts_by_outcome ON attempts(outcome, created_at_ms, seq, world) WHERE outcome IS NOT NULL;
CREATE INDEX attempts_by_disposition ON attempts(disposition, created_at_ms, seq, world) WHERE disposition IS NOT NULL;
CREATE INDEX attempts_by_rung ON attempts(rung, created_at_ms, seq, world) WHERE rung IS NOT NULL;
-- Read in the order in which leads are shown, so that a page stops where it is full.
DROP INDEX leads_by_campaign;
CREATE INDEX leads_by_campaign ON leads(campaign_id, seq, search);
`;

export const callsInLists: Migration = {
  id: 2,
  name: 'calls in lists',
  up: (sql) => {
    const { connection } = sql;
    connection.function('place_of', { deterministic: true }, (variables: unknown, phone: unknown) =>
      leadPlace(JSON.parse(String(variables)), String(phone), countryOf(String(phone))),
    );
    connection.function('call_search', { deterministic: true }, (name: unknown, phone: unknown) =>
      searchText([name === null ? null : String(name)], String(phone)),
    );
    connection.function('lead_search', { deterministic: true }, (fields: unknown, phone: unknown) =>
      leadSearchText(JSON.parse(String(fields)), String(phone)),
    );
    sql.script(columns + fill + indexes);
  },
};
