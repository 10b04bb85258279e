import { assertNever } from '#bridge/contract/assert-never.ts';
import type { Campaign, CampaignHealth } from '#bridge/contract/campaigns.ts';
import type { CampaignTotals, Store } from '../store/store.ts';
import type { CampaignRun } from './campaign-run.ts';
import { isoOrNull } from './lead-view.ts';

type Reason = CampaignHealth['reasons'][number];

/** Why a campaign is, or is not, dialling at this moment, most important first, and its counts. */
export function healthOf(campaign: Campaign, run: CampaignRun | null, store: Store, nowMs: number): CampaignHealth {
  const totals = store.campaigns.totals(campaign.id);
  return {
    id: campaign.id,
    state: campaign.state,
    dialling: campaign.state === 'running' && (run?.isDialling ?? false),
    reasons: [...stateReasons(campaign, run), ...leadReasons(campaign, run, totals, nowMs)],
    lines: { inUse: totals.openAttempts, limit: campaign.lines },
    leads: totals.leads,
    outcomes: totals.outcomes,
    dispositions: totals.dispositions,
    refusals: [...totals.refusals],
    rungs: totals.rungs,
    ...(totals.replies.turns === 0 ? {} : { replies: repliesOf(totals.replies) }),
    spentMicros: totals.spentMicros,
    reservedMicros: totals.reservedMicros,
    budgetMicros: campaign.budgetMicros ?? null,
    nextEligibleAt: isoOrNull(totals.nextEligibleAtMs),
  };
}

function repliesOf({ turns, ...sums }: CampaignTotals['replies']): NonNullable<CampaignHealth['replies']> {
  const mean = (ms: number) => Math.round(ms / turns);
  const { endpointMs, thinkMs, sendMs, playMs } = sums;
  const parts = { endpointMs: mean(endpointMs), thinkMs: mean(thinkMs), sendMs: mean(sendMs), playMs: mean(playMs) };
  const hops = ['endpointMs', 'thinkMs', 'sendMs', 'playMs'] as const;
  const slowest = hops.reduce((most, hop) => (parts[hop] > parts[most] ? hop : most));
  return { turns, meanMs: mean(endpointMs + thinkMs + sendMs + playMs), parts, slowest };
}

function stateReasons(campaign: Campaign, run: CampaignRun | null): readonly Reason[] {
  switch (campaign.state) {
    case 'draft':
      return [reason('draft', 'The campaign has not been started.')];
    case 'paused':
      return [reason('paused', campaign.stateReason === null ? 'A person has paused the campaign.' : `Paused: ${campaign.stateReason}`)];
    case 'stopped':
      return [reason('stopped', campaign.stateReason ?? 'The campaign was stopped for good.')];
    case 'completed':
      return [reason('completed', campaign.stateReason ?? 'Every lead has been dealt with.')];
    case 'running':
      return run
        ? [reason(run.status.name, run.status.message, run.status.clearsAtMs)]
        : [reason('landing', 'Ringside is closing; dialling goes on at the next start.')];
    default:
      return assertNever(campaign.state);
  }
}

function leadReasons(campaign: Campaign, run: CampaignRun | null, totals: CampaignTotals, nowMs: number): readonly Reason[] {
  const reasons: Reason[] = [];
  if (campaign.state === 'running') {
    for (const refusal of run?.refusals ?? []) reasons.push(reason(refusal.name, refusal.message, refusal.clearsAtMs));
    const waiting = totals.leads.waiting ?? 0;
    if (waiting > 0 && totals.nextEligibleAtMs !== null && totals.nextEligibleAtMs > nowMs) {
      reasons.push(reason('leads-waiting', `${leads(waiting)} for a later time.`, totals.nextEligibleAtMs));
    }
  }
  const unknown = totals.leads.unknown ?? 0;
  if (unknown > 0) {
    const them =
      unknown === 1 ? '1 lead may have been rung, and what became of it' : `${unknown} leads may have been rung, and what became of them`;
    reasons.push(reason('unknown-outcome', `${them} is not known. They are not dialled again by themselves.`));
  }
  const room = campaign.budgetMicros === undefined ? null : campaign.budgetMicros - totals.spentMicros - totals.reservedMicros;
  if (room !== null && room <= 0) reasons.push(reason('budget', 'The budget is used up or held for calls under way.'));
  return reasons;
}

/** How a campaign ended, for its state: what was not done is said. @param waiting leads that only a person could have helped on */
export function completionReason(totals: CampaignTotals): string | null {
  const waiting = totals.leads.waiting ?? 0;
  const unknown = totals.leads.unknown ?? 0;
  const suppressed = totals.leads.suppressed ?? 0;
  const notes = [
    waiting > 0 ? `${waiting} not dialled because a person has to clear something first (see the blockers of the waiting leads)` : null,
    unknown > 0 ? `${unknown} may have been rung, with an unknown end` : null,
    suppressed > 0 ? `${suppressed} on the do-not-call list` : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : `Every lead has been dealt with; ${notes.join('; ')}.`;
}

function leads(count: number): string {
  return count === 1 ? '1 lead waits' : `${count} leads wait`;
}

function reason(name: string, message: string, clearsAtMs: number | null = null): Reason {
  return { name, message, clearsAt: isoOrNull(clearsAtMs) };
}
