import type { Migration } from '../migrate.ts';

const tables = `
-- How many times somebody did not need a rule that asks for a person, in one campaign.
CREATE TABLE attention_tuning (
  campaign_id TEXT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
  rule TEXT NOT NULL,
  dismissed INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, rule)
) STRICT, WITHOUT ROWID;
`;

export const attentionTuning: Migration = {
  id: 6,
  name: 'attention tuning',
  up: (sql) => sql.script(tables),
};
