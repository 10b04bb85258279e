import type { Migration } from '../migrate.ts';

/** New leads are counted by whoever adds them, once for many: a trigger for each row was a third of what an import costs. */
export const leadsCountedByList: Migration = {
  id: 14,
  name: 'leads counted by list',
  up: (sql) => sql.script('DROP TRIGGER leads_counted;'),
};
