import type { Refusal } from '#bridge/domain/gate.ts';
import type { DialOrder } from '../calls/dial/dialer.ts';
import type { LeadRecord } from '../store/records.ts';
import { type DialMoment, type DialPlan, dialOrder } from './dial-plan.ts';

/** Everything wakes us; this is for what nobody tells: a clock that jumped, a line held by an attempt of unknown fate. */
export const LONGEST_SLEEP_MS = 60_000;

/** What a run is doing at this moment, for health. */
export interface RunStatus {
  readonly name: string;
  readonly message: string;
  readonly clearsAtMs: number | null;
}

/** What comes after a look at the queue. */
export type Next =
  | { readonly kind: 'again'; readonly inMs: number; readonly status: RunStatus | null }
  | { readonly kind: 'place'; readonly order: DialOrder; readonly lead: LeadRecord; readonly callsPerSecond: number }
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'complete' }
  | { readonly kind: 'over' };

export const soon: Next = { kind: 'again', inMs: 0, status: null };

/** Look again when something happens, at the latest after this long. */
export function wait(name: string, message: string, inMs = LONGEST_SLEEP_MS, clearsAtMs: number | null = null): Next {
  return { kind: 'again', inMs, status: { name, message, clearsAtMs } };
}

export function orderFor(plan: DialPlan, lead: LeadRecord, moment: DialMoment): Next {
  const order = dialOrder(plan, lead, moment);
  return order
    ? { kind: 'place', order, lead, callsPerSecond: plan.campaign.callsPerSecond }
    : { kind: 'pause', reason: 'There is no number to call from. Add one to the campaign.' };
}

/** Refusals that are not about one lead: asking the next lead would give the same. */
export function isOfEverybody(refusal: Refusal): boolean {
  return [
    'campaign-not-running',
    'not-configured',
    'reconciling',
    'no-caller-number',
    'budget',
    'budget-per-day',
    'nobody-at-desk',
    'no-line',
    'pacing',
  ].includes(refusal.name);
}
