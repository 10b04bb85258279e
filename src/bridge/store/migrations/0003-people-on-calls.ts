import type { Migration } from '../migrate.ts';

const tables = `
-- What a person did on a call, and when; times count from the answer. Open while it goes on.
CREATE TABLE involvements (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  id TEXT NOT NULL UNIQUE,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER,
  at_ms INTEGER NOT NULL,
  detail TEXT
) STRICT;
CREATE INDEX involvements_by_attempt ON involvements(attempt);

-- Hints to the AI that the lead did not hear.
CREATE TABLE nudges (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  written_by TEXT NOT NULL,
  -- The segment that used it.
  used_in TEXT
) STRICT;
CREATE INDEX nudges_by_attempt ON nudges(attempt);
`;

export const peopleOnCalls: Migration = {
  id: 3,
  name: 'people on calls',
  up: (sql) => sql.script(tables),
};
