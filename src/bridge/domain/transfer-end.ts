import { assertNever } from '#bridge/contract/assert-never.ts';
import {
  type Going,
  responsibleFor,
  type TransferEffect,
  type TransferEnding,
  type TransferEvent,
  type TransferState,
  type TransferStep,
  type TransferTimer,
} from './transfer-state.ts';

/** For the last words to a colleague. */
const leaveMs = 10_000;
/** The carrier's word about a leg follows its audio. */
const newsMs = 4_000;
const timers: readonly TransferTimer[] = ['ring', 'stream', 'briefing', 'key', 'introduction', 'leave', 'still-trying'];

/** Nothing is waited for any more. */
export const cancelTimers: readonly TransferEffect[] = timers.map((name) => ({ type: 'timer.cancel', name }));
/** No hold sound. */
export const quiet: TransferEffect = { type: 'hold-sound', on: false };
const apart: TransferEffect = { type: 'patch', on: false };

/** The colleague's leg is down. */
export function legEnded(state: Going, { outcome, cause }: Extract<TransferEvent, { type: 'leg.ended' }>): TransferStep {
  switch (state.kind) {
    case 'connected':
      return back(state, { end: 'connected', cause: 'the colleague hung up' });
    case 'introducing':
      return back(state, { end: 'failed', cause: 'the colleague hung up before they were connected' });
    case 'answered':
    case 'briefing':
    case 'asking':
      return back(state, { end: 'declined', cause: 'they hung up during the briefing' });
    case 'placing':
    case 'ringing':
      return back(state, unanswered(outcome, cause));
    default:
      return assertNever(state);
  }
}

function unanswered(outcome: Extract<TransferEvent, { type: 'leg.ended' }>['outcome'], cause: string): TransferEnding {
  switch (outcome) {
    case 'busy':
      return { end: 'busy', cause: 'their line is busy' };
    case 'rejected':
      return { end: 'declined', cause: 'they rejected the call' };
    case 'no-answer':
      return { end: 'no-answer', cause: 'nobody picked up' };
    case 'voicemail':
      return { end: 'voicemail', cause: 'an answering machine picked up' };
    case 'completed':
      return { end: 'declined', cause: 'they hung up at once' };
    case 'failed':
      return { end: 'failed', cause };
    default:
      return assertNever(outcome);
  }
}

/** Who hangs up takes their audio with them, and the carrier tells of it a moment later: then it was no trouble of the line. */
export function mediaLost(state: Going): TransferStep {
  switch (state.kind) {
    case 'connected':
      return stop(state, { end: 'connected', cause: 'the colleague has gone' });
    case 'introducing':
      return stop(state, { end: 'failed', cause: 'the colleague was gone before they were connected' });
    case 'briefing':
    case 'asking':
      return [state, [{ type: 'timer.start', name: 'stream', ms: newsMs }]];
    default:
      return [state, []];
  }
}

/** Over before, or in, the conversation of the two; the colleague's leg may still be up. */
export function stop(state: Going, ending: TransferEnding): TransferStep {
  const [next, effects] = back(state, ending);
  return [next, [...effects, { type: 'end-leg' }]];
}

/** The asker has the call, whatever becomes of the other leg. Whom a colleague leaves, the AI takes, unless an operator stayed on the line. */
export function back(state: Going, ending: TransferEnding): TransferStep {
  const to = responsibleFor(state) === 'operator' ? 'operator' : 'ai';
  return [
    { kind: 'ended', ending, to },
    [...cancelTimers, quiet, apart, { type: 'report', stage: ending.end, cause: ending.cause }, { type: 'hand-back', to, ending }],
  ];
}

/** Nobody has to be answered for any more; a colleague who is on the line is told so. */
export function leadLeft(state: Going): TransferStep {
  const ending: TransferEnding =
    state.kind === 'connected'
      ? { end: 'connected', cause: 'the lead hung up' }
      : { end: 'abandoned', cause: 'the lead hung up before they were connected' };
  const report: TransferEffect = { type: 'report', stage: ending.end, cause: ending.cause };
  const isThere = state.kind !== 'placing' && state.kind !== 'ringing';
  if (!isThere) return [{ kind: 'ended', ending, to: null }, [...cancelTimers, quiet, report, { type: 'end-leg' }]];
  return [
    { kind: 'taking-leave', ending },
    [
      ...cancelTimers,
      quiet,
      apart,
      report,
      { type: 'take-leave', because: 'lead-left' },
      { type: 'timer.start', name: 'leave', ms: leaveMs },
    ],
  ];
}

/** The lead has gone, and the colleague is told so. */
export function takingLeave(state: Extract<TransferState, { kind: 'taking-leave' }>, event: TransferEvent): TransferStep {
  const { ending } = state;
  switch (event.type) {
    case 'leg.ended':
      return [{ kind: 'ended', ending, to: null }, cancelTimers];
    case 'leave.taken':
    case 'media.lost':
    case 'cancel':
      return [{ kind: 'ended', ending, to: null }, [...cancelTimers, { type: 'end-leg' }]];
    case 'timer':
      return event.name === 'leave' ? [{ kind: 'ended', ending, to: null }, [{ type: 'end-leg' }]] : [state, []];
    default:
      return [state, []];
  }
}
