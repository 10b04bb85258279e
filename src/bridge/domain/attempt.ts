import { assertNever } from '#bridge/contract/assert-never.ts';
import type { Outcome } from '#bridge/contract/words.ts';

/**
 * One dial of a lead, from the written intent to its end. Carriers report in any order and more than once, so a state only ever moves
 * forward; what comes late or again leaves it as it is.
 */
export type AttemptState =
  | { readonly kind: 'intent' }
  | { readonly kind: 'submitting' }
  /** Whether the carrier took the request is not known: never dialled again until its own records tell. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'ringing' }
  | { readonly kind: 'answered'; readonly answeredAtMs: number }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

export type AttemptEvent =
  | { readonly type: 'request.leaving' }
  | { readonly type: 'request.accepted' }
  | { readonly type: 'request.lost' }
  | { readonly type: 'request.rejected'; readonly outcome: Outcome }
  | { readonly type: 'leg.queued' }
  | { readonly type: 'leg.ringing' }
  | { readonly type: 'leg.answered'; readonly atMs: number }
  | { readonly type: 'leg.ended'; readonly outcome: Outcome }
  /** Nobody heard of it for so long that it can only be over. */
  | { readonly type: 'deadline.passed'; readonly outcome: Outcome };

export type AttemptEffect =
  | { readonly type: 'save-phase'; readonly phase: Exclude<AttemptState['kind'], 'ended'> }
  /** Open the voice: somebody may be there in a second. */
  | { readonly type: 'prepare-voice' }
  | { readonly type: 'ring-timer.start' }
  | { readonly type: 'ring-timer.cancel' }
  | { readonly type: 'limit-timer.start' }
  /** Somebody is on the line. */
  | { readonly type: 'begin-call'; readonly answeredAtMs: number }
  | { readonly type: 'finish'; readonly outcome: Outcome };

export type AttemptStep = readonly [AttemptState, readonly AttemptEffect[]];

/** How far each state is on the way; nothing ever moves back. `unknown` stands beside `submitting`: any news is better than none. */
const rank: Readonly<Record<AttemptState['kind'], number>> = {
  intent: 0,
  submitting: 1,
  unknown: 1,
  accepted: 2,
  ringing: 4,
  answered: 5,
  ended: 9,
};

export const firstAttemptState: AttemptState = { kind: 'intent' };

export function stepAttempt(state: AttemptState, event: AttemptEvent): AttemptStep {
  if (state.kind === 'ended') return [state, []];
  switch (event.type) {
    case 'request.leaving':
      return forward(state, { kind: 'submitting' }, []);
    case 'request.accepted':
    case 'leg.queued':
      return forward(state, { kind: 'accepted' }, [{ type: 'ring-timer.start' }]);
    case 'request.lost':
      // A webhook may have overtaken the lost answer: then the request did arrive, and nothing is unknown.
      return state.kind === 'submitting' ? [{ kind: 'unknown' }, [{ type: 'save-phase', phase: 'unknown' }]] : [state, []];
    case 'leg.ringing':
      return forward(state, { kind: 'ringing' }, [
        ...(rank[state.kind] < rank.accepted ? [{ type: 'ring-timer.start' } as const] : []),
        { type: 'prepare-voice' },
      ]);
    case 'leg.answered':
      return forward(state, { kind: 'answered', answeredAtMs: event.atMs }, [
        { type: 'ring-timer.cancel' },
        ...(state.kind === 'ringing' ? [] : [{ type: 'prepare-voice' } as const]),
        { type: 'limit-timer.start' },
        { type: 'begin-call', answeredAtMs: event.atMs },
      ]);
    case 'request.rejected':
    case 'leg.ended':
    case 'deadline.passed':
      return [{ kind: 'ended', outcome: event.outcome }, [{ type: 'ring-timer.cancel' }, { type: 'finish', outcome: event.outcome }]];
    default:
      return assertNever(event);
  }
}

function forward(state: AttemptState, next: Exclude<AttemptState, { kind: 'ended' }>, effects: readonly AttemptEffect[]): AttemptStep {
  return rank[next.kind] > rank[state.kind] ? [next, [{ type: 'save-phase', phase: next.kind }, ...effects]] : [state, []];
}
