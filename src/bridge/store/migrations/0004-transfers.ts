import type { Migration } from '../migrate.ts';

const tables = `
-- The transfer that goes on, or the last one, as JSON.
ALTER TABLE attempts ADD COLUMN transfer TEXT;

CREATE TABLE colleagues (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  number TEXT NOT NULL,
  -- A window as JSON; without one, always.
  hours TEXT,
  on_duty INTEGER NOT NULL,
  can_take_transfers INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

-- A second leg of a call. Open until its carrier says that it has ended: one that a killed process left open is looked up and hung up.
CREATE TABLE transfer_legs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  carrier TEXT NOT NULL,
  to_number TEXT NOT NULL,
  from_number TEXT NOT NULL,
  submitted_at_ms INTEGER NOT NULL,
  request_id TEXT,
  carrier_call_id TEXT,
  answered_at_ms INTEGER,
  ended_at_ms INTEGER
) STRICT;
CREATE INDEX transfer_legs_by_attempt ON transfer_legs(attempt);
CREATE INDEX transfer_legs_open ON transfer_legs(seq) WHERE ended_at_ms IS NULL;
`;

export const transfers: Migration = {
  id: 4,
  name: 'transfers',
  up: (sql) => sql.script(tables),
};
