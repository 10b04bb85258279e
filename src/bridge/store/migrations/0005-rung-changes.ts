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
`;

export const rungChanges: Migration = {
  id: 5,
  name: 'rung changes',
  up: (sql) => sql.script(tables),
};
