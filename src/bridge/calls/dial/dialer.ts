import type { Agent } from '#bridge/contract/agents.ts';
import type { AttemptId, CallId, CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { CarrierName, LadderStep, Outcome, World } from '#bridge/contract/words.ts';
import type { DayMoney, GateContext, Refusal } from '#bridge/domain/gate.ts';
import type { DialTerms } from '../../store/records.ts';

/** One dial that somebody wants: a campaign for a lead, or a person for a number. */
export interface DialOrder extends DialTerms {
  readonly agent: Agent;
  /** The dialer adds what holds for everybody at the moment at which the attempt is written. */
  readonly gate: Omit<GateContext, 'day' | 'isSomeoneOnDuty'>;
}

export type DialOutcome =
  /** The gate said no; nothing was written, nothing was sent. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The carrier has taken it. */
  | { readonly kind: 'placed'; readonly attemptId: AttemptId; readonly callId: CallId }
  /** The carrier said no, or could not be reached; no phone rang. The attempt has ended. */
  | {
      readonly kind: 'failed';
      readonly attemptId: AttemptId;
      readonly callId: CallId;
      readonly outcome: Outcome;
      readonly cause: string;
      /** Nobody in this campaign can be dialled until somebody mends this. */
      readonly stopsCampaign: boolean;
      /** The carrier asked us to slow down. */
      readonly retryAfterMs: number | null;
    }
  /** It may have rung. Reconciliation finds out; until then nobody dials this lead. */
  | { readonly kind: 'unknown'; readonly attemptId: AttemptId; readonly callId: CallId };

/** Places calls, intent first: nothing is sent before the store has the attempt on disk, and nothing is ever sent twice. */
export interface Dialer {
  place(order: DialOrder): Promise<DialOutcome>;
  /** What stands in the way of dialling in this world at all, in words; null when nothing does. */
  notConfigured(world: World, carrier: CarrierName): string | null;
  /** True from start-up, wake-up or a clock jump until the carriers' records have been compared with ours. */
  readonly reconciling: boolean;
  /** Attempts end here for everybody who waits on lines or leads. @returns a function that stops listening */
  onAttemptEnded(
    listener: (ended: {
      attemptId: AttemptId;
      campaignId: CampaignId | null;
      leadId: LeadId | null;
      outcome: Outcome;
      stopsCampaign: string | null;
    }) => void,
  ): () => void;
  /** Worst-case cost of one call of this kind, in micro-dollars; what the budget reserves. */
  worstCaseMicros(order: { carrier: CarrierName; ladder: readonly LadderStep[]; maxCallMs: number; model: string | null }): number;
  /** What this day may still cost; null when it has no limit. */
  day(world: World, nowMs: number): DayMoney | null;
  /** Whether somebody at a console could take a call over. */
  readonly isSomeoneOnDuty: boolean;
  /** End one attempt that still rings or waits at the carrier (a campaign was stopped). */
  cancel(attempt: AttemptId): Promise<void>;
}
