import type { StoredFacts } from '../domain/gate.ts';
import type { AttemptDraft } from './records.ts';
import type { Sql } from './sql.ts';
import { suppressionOf } from './suppressions-table.ts';
import { openOf, spentOf } from './tallies.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * An attempt that rang or may have rung. Carrier faults and refused destinations rang nowhere unless a ringing was reported; an open one
 * may have rung as soon as its request was on its way.
 */
const mayHaveRung = `(
  ringing_at_ms IS NOT NULL OR answered_at_ms IS NOT NULL
  OR phase IN ('submitting', 'accepted', 'ringing', 'answered', 'unknown')
  OR outcome IN ('completed', 'no-answer', 'busy', 'rejected', 'unknown')
)`;

/** What bears on dialling this number now. Read inside the transaction that writes the intent, where nobody can change it meanwhile. */
export function storedFacts(sql: Sql, draft: Pick<AttemptDraft, 'campaignId' | 'leadId' | 'to' | 'world' | 'createdAtMs'>): StoredFacts {
  const campaign = draft.campaignId;
  const lead =
    draft.leadId === null
      ? null
      : sql.one<Pick<StoredFacts, 'leadState' | 'leadAttempts' | 'leadNextAttemptAtMs'>>(
          `SELECT state AS leadState, attempts AS leadAttempts, next_attempt_at_ms AS leadNextAttemptAtMs FROM leads WHERE id = ?`,
          draft.leadId,
        );
  const phases = sql.all<{ phase: string }>(
    `SELECT phase FROM attempts WHERE phase <> 'ended' AND to_number = ? AND world = ?
     UNION SELECT phase FROM attempts WHERE phase <> 'ended' AND lead_id IS NOT NULL AND lead_id = ?`,
    draft.to,
    draft.world,
    draft.leadId,
  );
  const today = sql.one<{ count: number }>(
    `SELECT count(*) AS count FROM attempts WHERE to_number = ? AND world = ? AND created_at_ms > ? AND ${mayHaveRung}`,
    draft.to,
    draft.world,
    draft.createdAtMs - dayMs,
  );
  const last = sql.one<{ at: number }>(
    `SELECT coalesce(submitted_at_ms, created_at_ms) AS at FROM attempts
     WHERE to_number = ? AND world = ? AND ${mayHaveRung} ORDER BY created_at_ms DESC LIMIT 1`,
    draft.to,
    draft.world,
  );
  const open = campaign === null ? null : openOf(sql, campaign);
  return {
    campaignRunning: campaign !== null && sql.one(`SELECT 1 FROM campaigns WHERE id = ? AND state = 'running'`, campaign) !== null,
    leadState: lead?.leadState ?? null,
    leadAttempts: lead?.leadAttempts ?? 0,
    leadNextAttemptAtMs: lead?.leadNextAttemptAtMs ?? null,
    suppression: suppressionOf(sql, draft.to, draft.world),
    openAttempt: phases.some(({ phase }) => phase !== 'unknown'),
    unknownAttempt: phases.some(({ phase }) => phase === 'unknown'),
    numberAttempts24h: today?.count ?? 0,
    numberLastAttemptAtMs: last?.at ?? null,
    openInCampaign: open?.count ?? 0,
    spentMicros: campaign === null ? 0 : spentOf(sql, campaign),
    reservedMicros: open?.reservedMicros ?? 0,
  };
}
