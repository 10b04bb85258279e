import type { Migration } from '../migrate.ts';

/** Whether the place where the ear stopped was reckoned, or told by the voice or the carrier; unknown for older transcripts. */
export const heardEstimates: Migration = {
  id: 12,
  name: 'heard estimates',
  up: (sql) => sql.script('ALTER TABLE segments ADD COLUMN heard_estimated INTEGER;'),
};
