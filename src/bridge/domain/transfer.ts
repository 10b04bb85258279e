import { assertNever } from '#bridge/contract/assert-never.ts';
import { back, cancelTimers, leadLeft, legEnded, mediaLost, quiet, stop, takingLeave } from './transfer-end.ts';
import {
  type Asker,
  type Going,
  isPatched,
  type TransferEvent,
  type TransferState,
  type TransferStep,
  type TransferTimer,
} from './transfer-state.ts';

/** How long a colleague's phone rings: about four times. */
export const colleagueRingMs = 25_000;
/** The carrier may queue a request, and take its time to say that the phone rang in vain. */
const ringGraceMs = 15_000;
/** From the answer to the first frame of the second stream. */
const streamMs = 10_000;
/** No briefing is longer than this; then the keys are waited for all the same. */
const briefingMs = 40_000;
/** From the end of the briefing. Whoever presses nothing is no person, or does not want the call. */
const keyMs = 12_000;
const introductionMs = 8_000;
/** A lead who hears nothing but a hold sound is told at times that somebody is still at it. */
const stillTryingMs = 12_000;

const acceptKey = '1';
const declineKey = '2';

/** @param asker who answers for the lead meanwhile */
export function beginTransfer(asker: Asker): TransferStep {
  return [
    { kind: 'placing', asker },
    [
      { type: 'report', stage: 'ringing', cause: null },
      { type: 'tell-lead', what: 'getting-them' },
      { type: 'place-leg' },
      { type: 'hold-sound', on: true },
      { type: 'timer.start', name: 'ring', ms: colleagueRingMs + ringGraceMs },
      { type: 'timer.start', name: 'still-trying', ms: stillTryingMs },
    ],
  ];
}

/** What an event makes of a transfer. What comes late, or again, changes nothing. */
export function stepTransfer(state: TransferState, event: TransferEvent): TransferStep {
  if (state.kind === 'ended') return [state, []];
  if (state.kind === 'taking-leave') return takingLeave(state, event);
  switch (event.type) {
    case 'lead.left':
      return leadLeft(state);
    case 'cancel':
      // Whoever was on the line with an operator had the call, and is let go.
      return stop(state, { end: state.kind === 'connected' && state.withOperator ? 'connected' : 'cancelled', cause: event.cause });
    case 'operator.came':
      // Whoever takes the call is heard alone.
      return 'asker' in state && !isPatched(state) ? [{ ...state, asker: 'operator' }, [quiet]] : [state, []];
    case 'asker.left':
      return askerLeft(state);
    case 'leg.ended':
      return legEnded(state, event);
    case 'place.failed':
      return state.kind === 'placing' ? back(state, { end: 'failed', cause: event.cause }) : [state, []];
    case 'place.accepted':
    case 'leg.ringing':
      return state.kind === 'placing' ? [{ kind: 'ringing', asker: state.asker }, []] : [state, []];
    case 'leg.answered':
      return state.kind === 'placing' || state.kind === 'ringing' ? answered(state.asker) : [state, []];
    case 'carrier.briefs':
      return carrierBriefs(state);
    case 'leg.machine':
      // Whoever pressed the key is a person, whatever the detector makes of their voice.
      return isPatched(state) ? [state, []] : stop(state, { end: 'voicemail', cause: 'an answering machine picked up' });
    case 'media.opened':
      return mediaOpened(state);
    case 'media.lost':
      return mediaLost(state);
    case 'briefing.played':
      return state.kind === 'briefing' ? ask(state.asker) : [state, []];
    case 'key':
      return key(state, event.digit);
    case 'introduction.played':
      return state.kind === 'introducing' ? connect(state.asker) : [state, []];
    case 'leave.taken':
      return [state, []];
    case 'timer':
      return timer(state, event.name);
    default:
      return assertNever(event);
  }
}

function answered(asker: Asker): TransferStep {
  return [
    { kind: 'answered', asker },
    [
      { type: 'timer.cancel', name: 'ring' },
      { type: 'timer.start', name: 'stream', ms: streamMs },
    ],
  ];
}

function carrierBriefs(state: Going): TransferStep {
  if (state.kind !== 'placing' && state.kind !== 'ringing' && state.kind !== 'answered') return [state, []];
  return [
    { kind: 'answered', asker: state.asker },
    [
      { type: 'timer.cancel', name: 'ring' },
      { type: 'report', stage: 'briefing', cause: null },
      { type: 'timer.start', name: 'stream', ms: briefingMs + streamMs },
    ],
  ];
}

/** Audio proves an answer that nobody told us of. */
function mediaOpened(state: Going): TransferStep {
  if (state.kind !== 'placing' && state.kind !== 'ringing' && state.kind !== 'answered') return [state, []];
  return [
    { kind: 'briefing', asker: state.asker },
    [
      { type: 'timer.cancel', name: 'ring' },
      { type: 'timer.cancel', name: 'stream' },
      { type: 'timer.start', name: 'briefing', ms: briefingMs },
      { type: 'report', stage: 'briefing', cause: null },
      { type: 'brief' },
    ],
  ];
}

function ask(asker: Asker): TransferStep {
  return [
    { kind: 'asking', asker },
    [
      { type: 'timer.cancel', name: 'briefing' },
      { type: 'timer.start', name: 'key', ms: keyMs },
    ],
  ];
}

/** Nobody has to hear the briefing out. */
function key(state: Going, digit: string): TransferStep {
  if (state.kind !== 'briefing' && state.kind !== 'asking') return [state, []];
  if (digit === declineKey) return stop(state, { end: 'declined', cause: 'they declined with a key' });
  if (digit !== acceptKey) return [state, []];
  return [
    { kind: 'introducing', asker: state.asker },
    [
      ...cancelTimers,
      quiet,
      { type: 'report', stage: 'accepted', cause: null },
      { type: 'patch', on: true },
      { type: 'introduce' },
      { type: 'timer.start', name: 'introduction', ms: introductionMs },
    ],
  ];
}

/** The AI leaves; an operator who has the call stays until they step back. */
function connect(asker: Asker): TransferStep {
  return [
    { kind: 'connected', withOperator: asker === 'operator' },
    [{ type: 'timer.cancel', name: 'introduction' }, { type: 'hand-over' }, { type: 'report', stage: 'connected', cause: null }],
  ];
}

/** A colleague who is on the line goes on with the lead; until then it is the AI that answers for them. */
function askerLeft(state: Going): TransferStep {
  if (state.kind !== 'connected') return [{ ...state, asker: 'ai' }, isPatched(state) ? [] : [{ type: 'hold-sound', on: true }]];
  if (!state.withOperator) return [state, []];
  return [{ kind: 'connected', withOperator: false }, [{ type: 'report', stage: 'connected', cause: null }]];
}

function timer(state: Going, name: TransferTimer): TransferStep {
  switch (name) {
    case 'ring':
      return state.kind === 'placing' || state.kind === 'ringing'
        ? stop(state, { end: 'no-answer', cause: 'nobody picked up' })
        : [state, []];
    case 'stream':
      if (state.kind === 'answered') return stop(state, { end: 'failed', cause: 'no audio came from their phone' });
      return state.kind === 'briefing' || state.kind === 'asking'
        ? stop(state, { end: 'failed', cause: 'their audio broke off' })
        : [state, []];
    case 'briefing':
      return state.kind === 'briefing' ? ask(state.asker) : [state, []];
    case 'key':
      return state.kind === 'asking'
        ? stop(state, { end: 'voicemail', cause: 'no key was pressed after the briefing; it may be an answering machine' })
        : [state, []];
    case 'introduction':
      return state.kind === 'introducing' ? connect(state.asker) : [state, []];
    case 'still-trying':
      return isPatched(state)
        ? [state, []]
        : [
            state,
            [
              { type: 'tell-lead', what: 'still-trying' },
              { type: 'timer.start', name: 'still-trying', ms: stillTryingMs },
            ],
          ];
    case 'leave':
      return [state, []];
    default:
      return assertNever(name);
  }
}
