import type { Migration } from '../migrate.ts';

/** Lists are narrowed by why calls ended, mostly of one campaign: what else they are narrowed by is read off the rows of that cause. */
export const callsByEndCause: Migration = {
  id: 18,
  name: 'calls by end cause',
  up: (sql) =>
    sql.script(
      'CREATE INDEX attempts_by_end_cause ON attempts(end_cause, created_at_ms, seq, world, campaign_id) WHERE end_cause IS NOT NULL;',
    ),
};
