import type { Migration } from '../migrate.ts';

/** Who put a call under a legal hold, when and why, as JSON. A flag that was set before anybody could say so keeps its call as well. */
export const legalHolds: Migration = {
  id: 10,
  name: 'legal holds',
  up: (sql) =>
    sql.script(`
ALTER TABLE attempts ADD COLUMN legal_hold_set TEXT;
UPDATE attempts SET legal_hold_set = json_object('since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'by', 'Not known', 'reason', NULL)
  WHERE legal_hold = 1;
`),
};
