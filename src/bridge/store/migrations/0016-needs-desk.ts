import type { Migration } from '../migrate.ts';

/** Whether a campaign dials only while somebody is on duty. */
export const needsDesk: Migration = {
  id: 16,
  name: 'needs desk',
  up: (sql) => sql.script('ALTER TABLE campaigns ADD COLUMN needs_desk INTEGER NOT NULL DEFAULT 0;'),
};
