import type { Migration } from '../migrate.ts';

/** The other two classes have theirs since the first tables. */
export const retentionIndex: Migration = {
  id: 7,
  name: 'retention',
  up: (sql) => sql.script('CREATE INDEX attempts_detail_until ON attempts(detail_until_ms) WHERE detail_until_ms IS NOT NULL;'),
};
