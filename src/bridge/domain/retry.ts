import type { RetryPolicy, RetryRule } from '#bridge/contract/campaigns.ts';
import type { AnswerType, Disposition, LeadState, Outcome } from '#bridge/contract/words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a campaign may set a rule for. */
export type RetryKind = keyof RetryPolicy;

/**
 * The wait before each further attempt, and how many attempts in all; the last wait repeats. Waits of 28 and 20 hours land in another part
 * of the day than the attempt before. For `congestion` and `carrier-error`, `maxAttempts` bounds faults in a row, because they do not
 * count against the lead.
 */
export const defaultRetryPolicy: Readonly<Record<RetryKind, RetryRule>> = {
  busy: { delaysMinutes: [15, 60], maxAttempts: 3 },
  'no-answer': { delaysMinutes: [180, 1_680, 1_200, 1_680, 1_200], maxAttempts: 6 },
  rejected: { delaysMinutes: [1_440, 4_320], maxAttempts: 2 },
  voicemail: { delaysMinutes: [1_680, 2_880], maxAttempts: 4 },
  'hung-up-early': { delaysMinutes: [10_080], maxAttempts: 2 },
  congestion: { delaysMinutes: [2, 5, 15], maxAttempts: 3 },
  'carrier-error': { delaysMinutes: [2, 5, 15], maxAttempts: 3 },
};

/** Spread of the wait after a fault of the carrier, so that leads that failed together do not come back together. */
const FAULT_JITTER = 0.2;
/** A person who answered and heard nobody is left alone this long. */
const ABANDONED_WAIT_MS = 72 * HOUR_MS;
/** When somebody asked for a call back and named no time. */
const CALLBACK_WAIT_MS = 24 * HOUR_MS;
const CANCELLED_WAIT_MS = 15 * MINUTE_MS;

/** What is known about an attempt that has just ended, and about its lead. */
export interface EndedAttempt {
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly answerType: AnswerType | null;
  readonly talkMs: number;
  /** Attempts of the lead that count, this one included. */
  readonly attempts: number;
  /** Attempts in a row before this one that failed through no fault of the lead and did not count. */
  readonly faults?: number;
  /** It was called off before its request to dial had left, for a reason that is not the lead's: as if it had not been. */
  readonly neverLeft?: boolean;
  /** When the lead asked to be called back, if it did. */
  readonly callbackAtMs?: number | null;
  readonly policy: RetryPolicy;
  readonly nowMs: number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** The carrier failed, or we did: the lead has no part in it, and the attempt does not count against them. */
export function isFault(outcome: Outcome): boolean {
  return outcome === 'carrier-error' || outcome === 'congestion' || outcome === 'our-error';
}

/** What becomes of a lead when an attempt of it has ended; the store writes it together with the end of the attempt. */
export interface LeadVerdict {
  readonly state: LeadState;
  readonly stateReason: string | null;
  readonly nextAttemptAtMs: number | null;
  readonly countsAsAttempt: boolean;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
}

export function retryRule(policy: RetryPolicy, kind: RetryKind): RetryRule {
  return policy[kind] ?? defaultRetryPolicy[kind];
}

/** The most attempts that any rule of this policy allows one lead. */
export function attemptLimit(policy: RetryPolicy): number {
  const kinds: readonly RetryKind[] = ['busy', 'no-answer', 'rejected', 'voicemail', 'hung-up-early'];
  return Math.max(...kinds.map((kind) => retryRule(policy, kind).maxAttempts));
}

/** The rule that a lead's last outcome falls under, or null when no rule sends it round again. */
export function retryKindOf(last: {
  readonly outcome: Outcome;
  readonly disposition: Disposition | null;
  readonly answerType?: AnswerType | null;
}): RetryKind | null {
  switch (last.outcome) {
    case 'no-answer':
      return 'no-answer';
    case 'busy':
      return 'busy';
    case 'rejected':
    case 'blocked-by-network':
      return 'rejected';
    case 'congestion':
      return 'congestion';
    case 'carrier-error':
    case 'our-error':
      return 'carrier-error';
    case 'completed':
      return kindOfTalk(last.disposition, last.answerType ?? null);
    case 'invalid-number':
    case 'barred-destination':
    case 'cancelled':
    case 'unknown':
      return null;
  }
}

function kindOfTalk(disposition: Disposition | null, answerType: AnswerType | null): RetryKind | null {
  if (answerType === 'fax') return null;
  if (disposition === 'hung-up-early') return 'hung-up-early';
  if (disposition === 'voicemail-left' || disposition === 'voicemail-no-message') return 'voicemail';
  if (disposition === 'no-answer' || disposition === 'busy' || disposition === 'rejected') return disposition;
  const undecided = disposition === null || disposition === 'unknown' || disposition === 'talked';
  if (undecided && (answerType === 'machine' || answerType === 'menu')) return 'voicemail';
  if (undecided && answerType === 'screener') return 'rejected';
  return null;
}

/**
 * What becomes of the lead. An attempt whose fate is unknown is never repeated; whoever asked to be left alone is suppressed whatever else
 * happened; faults of the carrier and our own do not count against the lead, but end after a few in a row.
 */
export function leadAfterAttempt(ended: EndedAttempt): LeadVerdict {
  const { outcome, disposition, nowMs } = ended;
  const verdict = (state: LeadState, stateReason: string | null, nextAttemptAtMs: number | null, countsAsAttempt = true): LeadVerdict => ({
    state,
    stateReason,
    nextAttemptAtMs,
    countsAsAttempt,
    outcome,
    disposition,
  });

  if (ended.neverLeft) return verdict('ready', null, null, false);
  if (disposition === 'do-not-call') return verdict('suppressed', 'do-not-call', null);
  if (outcome === 'unknown') return verdict('unknown', 'it may have rung; decide whether to call again', null);
  if (disposition === 'wrong-number') return verdict('done', 'wrong-number', null);
  if (disposition === 'callback-requested')
    return verdict('waiting', 'callback-requested', Math.max(nowMs, ended.callbackAtMs ?? nowMs + CALLBACK_WAIT_MS));
  if (ended.answerType === 'fax') return verdict('done', 'fax', null);

  if (outcome === 'our-error' && ended.talkMs > 0) {
    return ended.attempts >= retryRule(ended.policy, 'hung-up-early').maxAttempts
      ? verdict('done', 'our-error', null)
      : verdict('waiting', 'abandoned', nowMs + ABANDONED_WAIT_MS);
  }
  const kind = retryKindOf(ended);
  if (kind === 'congestion' || kind === 'carrier-error') return afterFault(ended, kind, verdict);
  if (outcome === 'cancelled') return verdict('waiting', 'cancelled', nowMs + CANCELLED_WAIT_MS, false);
  if (kind === null) return verdict('done', outcome === 'completed' ? disposition : outcome, null);

  const rule = retryRule(ended.policy, kind);
  const delay = delayMs(rule, ended.attempts);
  if (delay === null || ended.attempts >= rule.maxAttempts) return verdict('done', `${kind}, no attempts left`, null);
  return verdict('waiting', kind, nowMs + delay);
}

function afterFault(
  ended: EndedAttempt,
  kind: 'congestion' | 'carrier-error',
  verdict: (state: LeadState, reason: string, next: number | null, counts: boolean) => LeadVerdict,
): LeadVerdict {
  const rule = retryRule(ended.policy, kind);
  const faults = (ended.faults ?? 0) + 1;
  const delay = delayMs(rule, faults);
  if (delay === null || faults > rule.maxAttempts) return verdict('done', `${ended.outcome}, parked after ${faults} in a row`, null, false);
  const jitter = 1 - FAULT_JITTER + 2 * FAULT_JITTER * ended.random();
  return verdict('waiting', ended.outcome, ended.nowMs + Math.round(delay * jitter), false);
}

/** @param nth which attempt has just ended, from 1 */
function delayMs(rule: RetryRule, nth: number): number | null {
  const minutes = rule.delaysMinutes[Math.min(Math.max(nth, 1), rule.delaysMinutes.length) - 1];
  return minutes === undefined ? null : minutes * MINUTE_MS;
}

/**
 * How long a number must rest before the next attempt of this lead. The wait that the campaign's own rule set after the lead's last outcome
 * is a decision and wins when it is shorter; the cap otherwise guards a number that several campaigns hold.
 */
export function minimumGapMs(
  lead: { readonly lastOutcome: Outcome | null; readonly disposition: Disposition | null },
  policy: RetryPolicy,
  capMs: number,
): number {
  if (lead.lastOutcome === null) return capMs;
  if (lead.disposition === 'callback-requested') return 0;
  const kind = retryKindOf({ outcome: lead.lastOutcome, disposition: lead.disposition });
  if (kind === null) return lead.lastOutcome === 'cancelled' ? Math.min(capMs, CANCELLED_WAIT_MS) : capMs;
  const shortest = Math.min(...retryRule(policy, kind).delaysMinutes.map((minutes) => minutes * MINUTE_MS));
  const fault = kind === 'congestion' || kind === 'carrier-error';
  return Math.min(capMs, fault ? shortest * (1 - FAULT_JITTER) : shortest);
}
