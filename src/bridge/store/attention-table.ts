import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { Sql } from './sql.ts';
import type { AttentionTable } from './store.ts';

interface TuningRow {
  readonly rule: AttentionRule;
  readonly dismissed: number;
}

export function attentionTable(sql: Sql): AttentionTable {
  return {
    dismissals: (campaign) =>
      Object.fromEntries(
        sql
          .all<TuningRow>('SELECT rule, dismissed FROM attention_tuning WHERE campaign_id = ?', campaign)
          .map(({ rule, dismissed }) => [rule, dismissed]),
      ),

    dismiss: (campaign, rule) => {
      sql.run(
        `INSERT INTO attention_tuning (campaign_id, rule, dismissed) VALUES (?, ?, 1)
         ON CONFLICT (campaign_id, rule) DO UPDATE SET dismissed = dismissed + 1`,
        campaign,
        rule,
      );
    },

    reset: (campaign, rule) => {
      sql.run('DELETE FROM attention_tuning WHERE campaign_id = ? AND rule = ?', campaign, rule);
    },
  };
}
