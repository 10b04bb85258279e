import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { LeadState, RefusalName, Rung, World } from '#bridge/contract/words.ts';
import type { Sql } from './sql.ts';
import type { AttemptTable, CampaignTable, CampaignTotals } from './store.ts';

interface Tally {
  readonly kind: 'lead' | 'attempts' | 'outcome' | 'disposition' | 'spent' | 'refusal';
  readonly name: string;
  readonly amount: number;
}

/** Counts of a campaign: read from the running tallies that triggers keep, so that a campaign of 100,000 leads costs no more than one of ten. */
export function campaignTallies(sql: Sql): Pick<CampaignTable, 'totals' | 'countRefusal'> {
  return {
    totals: (id) => {
      const rows = sql.all<Tally>('SELECT kind, name, amount FROM tallies WHERE campaign_id = ? AND amount <> 0', id);
      const of = (kind: Tally['kind']) => rows.filter((row) => row.kind === kind);
      const counts = (kind: Tally['kind']) => Object.fromEntries(of(kind).map((row) => [row.name, row.amount]));
      const open = openOf(sql, id);
      return {
        leads: counts('lead') as CampaignTotals['leads'],
        outcomes: counts('outcome') as CampaignTotals['outcomes'],
        dispositions: counts('disposition') as CampaignTotals['dispositions'],
        refusals: of('refusal')
          .map((row) => ({ name: row.name as RefusalName, count: row.amount }))
          .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
        rungs: Object.fromEntries(
          sql
            .all<{ rung: Rung; amount: number }>('SELECT rung, amount FROM rung_tallies WHERE campaign_id = ?', id)
            .map(({ rung, amount }) => [rung, amount]),
        ),
        replies: repliesOf(sql, id),
        openAttempts: open.count,
        spentMicros: spentOf(sql, id),
        reservedMicros: open.reservedMicros,
        attempts: of('attempts')[0]?.amount ?? 0,
        nextEligibleAtMs:
          sql.one<{ at: number | null }>(`SELECT min(next_attempt_at_ms) AS at FROM leads WHERE campaign_id = ? AND state = 'waiting'`, id)
            ?.at ?? null,
      };
    },

    countRefusal: (id: CampaignId, lead: LeadId, name: RefusalName) =>
      sql.transaction(() => {
        const isNew =
          sql.run('UPDATE leads SET refusal = ? WHERE id = ? AND campaign_id = ? AND refusal IS NOT ?', name, lead, id, name) > 0;
        if (!isNew) return;
        count(sql, id, 'refusal', name, 1);
      }),
  };
}

/** New leads; what becomes of a lead later, and its end, triggers count. */
export function countLeads(sql: Sql, campaign: CampaignId, state: LeadState, amount: number): void {
  if (amount > 0) count(sql, campaign, 'lead', state, amount);
}

function count(sql: Sql, campaign: CampaignId, kind: Tally['kind'], name: string, amount: number): void {
  sql.run(
    `INSERT INTO tallies (campaign_id, kind, name, amount) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`,
    campaign,
    kind,
    name,
    amount,
  );
}

function repliesOf(sql: Sql, campaign: CampaignId): CampaignTotals['replies'] {
  return (
    sql.one<CampaignTotals['replies']>(
      `SELECT turns, endpoint_ms AS endpointMs, think_ms AS thinkMs, send_ms AS sendMs, play_ms AS playMs FROM turn_tallies
       WHERE campaign_id = ?`,
      campaign,
    ) ?? { turns: 0, endpointMs: 0, thinkMs: 0, sendMs: 0, playMs: 0 }
  );
}

/** Real cost so far: of what has ended, and what open calls have run up as stored. */
export function spentOf(sql: Sql, campaign: CampaignId): number {
  return (
    sql.one<{ amount: number }>(`SELECT amount FROM tallies WHERE campaign_id = ? AND kind = 'spent' AND name = ''`, campaign)?.amount ?? 0
  );
}

export function openOf(sql: Sql, campaign: CampaignId): { readonly count: number; readonly reservedMicros: number } {
  return (
    sql.one<{ count: number; reservedMicros: number }>(
      `SELECT count(*) AS count, coalesce(sum(reserved_micros), 0) AS reservedMicros
       FROM attempts INDEXED BY attempts_open WHERE phase <> 'ended' AND campaign_id = ?`,
      campaign,
    ) ?? { count: 0, reservedMicros: 0 }
  );
}

export function spendingOf(sql: Sql, world: World, sinceMs: number): ReturnType<AttemptTable['spending']> {
  return (
    sql.one<ReturnType<AttemptTable['spending']>>(
      `SELECT (SELECT coalesce(sum(micros), 0) FROM spent_by_quarter WHERE world = @world AND from_ms >= @sinceMs) AS spentMicros,
         (SELECT coalesce(sum(max(reserved_micros - cost_micros, 0)), 0)
          FROM attempts INDEXED BY attempts_open WHERE phase <> 'ended' AND world = @world) AS heldMicros`,
      { world, sinceMs },
    ) ?? { spentMicros: 0, heldMicros: 0 }
  );
}
