import type { Migration } from '../migrate.ts';

/** What one call may cost before a cheaper voice takes over, as it was when the call was intended. */
export const callBudgets: Migration = {
  id: 11,
  name: 'call budgets',
  up: (sql) =>
    sql.script(`
ALTER TABLE campaigns ADD COLUMN call_budget_micros INTEGER;
ALTER TABLE attempts ADD COLUMN call_budget_micros INTEGER;
`),
};
