import type { Migration } from '../migrate.ts';

/** Why a call ended, in our own vocabulary; null for calls that ended before it was kept. */
export const endCausesKept: Migration = {
  id: 13,
  name: 'end causes',
  up: (sql) => sql.script('ALTER TABLE attempts ADD COLUMN end_cause TEXT;'),
};
