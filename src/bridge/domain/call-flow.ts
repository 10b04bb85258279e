import { assertNever } from '#bridge/contract/assert-never.ts';
import { machine, messageGapMs, personDetected, screened, screenerGapMs, screenerTimer } from './call-flow-machines.ts';
import { announce, bridging, cancelAll, cancelTalk, end, farewellMs, silenceMs, talk } from './call-flow-moves.ts';
import {
  holderOf,
  leaveForTransfer,
  personLeft,
  personTook,
  transferCancelled,
  transferEnded,
  transferRequested,
} from './call-flow-people.ts';
import type { FlowEffect, FlowEnding, FlowEvent, FlowState, FlowStep, FlowTimer, TransferTarget } from './call-flow-state.ts';

export { canBeTaken, holderOf, isConversing } from './call-flow-people.ts';
export type { FlowEffect, FlowEnding, FlowEvent, FlowState, FlowTimer, Opening, Person, TransferTarget } from './call-flow-state.ts';

/** An AI that cannot speak this long after the answer is not waited for: the carrier's own voice takes the call. Silence scares people away. */
const openingMs = 3_000;

/** Asked this often without an answer, the AI says goodbye. */
const maxSilences = 2;

/** Machines talk up to half a minute before the beep; then the message is spoken whatever is heard. */
const messageMs = 30_000;

/** Between the beep and the message. */
const afterBeepMs = 300;

export const firstFlowState: FlowState = { kind: 'waiting' };

export function stepFlow(state: FlowState, event: FlowEvent): FlowStep {
  if (state.kind === 'ended') return [state, []];
  if (event.type === 'leg.ended') return [{ kind: 'ended' }, cancelAll];
  if (state.kind === 'waiting') {
    if (event.type === 'person.rung') return personRung(state, event.target);
    return event.type === 'answered' ? open(event) : [state, []];
  }

  switch (event.type) {
    case 'answered':
      return [state, []];
    case 'media.opened':
      if (state.kind === 'opening') return openingStep({ ...state, mediaOpen: true });
      // A stream that came back after a transfer that nobody took: the AI has the call again.
      return [state, []];
    case 'media.lost':
      return mediaLost(state);
    case 'voice.ready':
      return state.kind === 'opening' ? openingStep({ ...state, voiceReady: true }) : [state, []];
    case 'voice.failed':
      return voiceFailed(state, event.cause);
    case 'streams.spent':
      return streamsSpent(state, event.disclosed);
    case 'streams.back':
      return streamsBack(state);
    case 'disclosure.played':
      return disclosed(state);
    case 'greeting.played':
      return state.kind === 'greeting' ? talk([{ type: 'auto-answer', on: true }]) : [state, []];
    case 'lead.started-speaking':
      if (state.kind === 'greeting') return talk([{ type: 'auto-answer', on: true }], false);
      if (state.kind === 'talking') return [{ kind: 'talking', silences: 0 }, [{ type: 'timer.cancel', name: 'silence' }]];
      if (state.kind === 'leaving-message' && !state.speaking) return [state, [{ type: 'timer.start', name: 'message', ms: messageMs }]];
      if (state.kind === 'screened' && !state.said) return [state, [{ type: 'timer.start', name: 'message', ms: messageMs }]];
      return [state, []];
    case 'lead.stopped-speaking':
      if (state.kind === 'talking') return [state, [{ type: 'timer.start', name: 'silence', ms: silenceMs }]];
      if (state.kind === 'leaving-message' && !state.speaking) return [state, [{ type: 'timer.start', name: 'message', ms: messageGapMs }]];
      if (state.kind === 'screened' && !state.said) return [state, [{ type: 'timer.start', name: 'message', ms: screenerGapMs }]];
      return [state, []];
    case 'ai.fell-silent':
      return state.kind === 'talking' ? [state, [{ type: 'timer.start', name: 'silence', ms: silenceMs }]] : [state, []];
    case 'machine.detected':
      return machine(state, event.policy, event.found ?? 'machine');
    case 'beep.heard':
      return state.kind === 'leaving-message' && !state.speaking
        ? [state, [{ type: 'timer.start', name: 'message', ms: afterBeepMs }]]
        : [state, []];
    case 'screener.detected':
      return screened(state);
    case 'person.detected':
      return personDetected(state);
    case 'message.played':
      return state.kind === 'leaving-message'
        ? end({ by: 'ai', reason: 'a message was left', disposition: 'voicemail-left' })
        : [state, []];
    case 'opt-out.heard':
      return optOut(state);
    case 'end.requested':
      return endRequested(state, event);
    case 'farewell.played':
      return state.kind === 'closing' ? end(state.ending) : state.kind === 'transferring' ? leaveForTransfer(state) : [state, []];
    case 'person.rung':
      return personRung(state, event.target);
    case 'transfer.requested':
      return transferRequested(state, event.target);
    case 'transfer.ended':
      return transferEnded(state, event);
    case 'transfer.cancelled':
      return transferCancelled(state, event.cause);
    case 'person.took':
      return personTook(state, event.by);
    case 'person.left':
      return personLeft(state, event);
    case 'timer':
      return timer(state, event.name);
    default:
      return assertNever(event);
  }
}

function open(event: Extract<FlowEvent, { type: 'answered' }>): FlowStep {
  if (event.route === 'announce') return [{ kind: 'announcing', because: event.because }, []];
  if (event.route === 'turns') return [{ kind: 'turns', disclosed: false }, []];
  return [{ kind: 'opening', mediaOpen: false, voiceReady: false }, [{ type: 'timer.start', name: 'opening', ms: openingMs }]];
}

function openingStep(state: Extract<FlowState, { kind: 'opening' }>): FlowStep {
  if (!state.mediaOpen || !state.voiceReady) return [state, []];
  return [
    { kind: 'disclosing' },
    [
      { type: 'timer.cancel', name: 'opening' },
      { type: 'say', what: 'disclosure' },
    ],
  ];
}

function disclosed(state: FlowState): FlowStep {
  if (state.kind === 'turns') return [{ kind: 'turns', disclosed: true }, []];
  if (state.kind !== 'disclosing') return [state, []];
  const { returning } = state;
  if (returning === undefined) return [{ kind: 'greeting' }, [{ type: 'say', what: 'greeting' }]];
  return talk([{ type: 'auto-answer', on: true }, ...(returning === 'bridge' ? [bridging] : [])]);
}

/** Words go on without a stream. A last sentence is not begun anew there. */
function streamsSpent(state: FlowState, disclosed: boolean): FlowStep {
  switch (state.kind) {
    case 'opening':
    case 'disclosing':
    case 'greeting':
    case 'talking':
      return [{ kind: 'turns', disclosed }, [...cancelTalk, { type: 'clear' }, { type: 'leave-stream' }]];
    case 'turns':
      return [state, []];
    default:
      return voiceFailed(state, 'no voice is left that speaks over a stream');
  }
}

/** The leg is given a stream with its next document. */
function streamsBack(state: FlowState): FlowStep {
  if (state.kind !== 'turns') return [state, []];
  if (!state.disclosed) return [{ kind: 'disclosing', returning: 'bridge' }, [{ type: 'say', what: 'disclosure' }]];
  return talk([{ type: 'auto-answer', on: true }], false);
}

function voiceFailed(state: FlowState, cause: string): FlowStep {
  switch (state.kind) {
    case 'opening':
    case 'disclosing':
    case 'greeting':
    case 'talking':
    case 'turns':
      return announce(cause);
    // Whoever may still come is told by the carrier's voice what the call was about.
    case 'screened':
      return announce(cause);
    case 'leaving-message':
      return end({ by: 'ai-provider', reason: cause, disposition: 'voicemail-no-message' });
    case 'closing':
      return end(state.ending);
    case 'transferring':
      return state.stage === 'saying' ? leaveForTransfer(state) : [state, []];
    // A person needs no AI; whether one can be had again is asked when the person leaves.
    case 'held':
    case 'waiting':
    case 'announcing':
    case 'ended':
      return [state, []];
    default:
      return assertNever(state);
  }
}

function mediaLost(state: FlowState): FlowStep {
  switch (state.kind) {
    case 'opening':
      return [{ ...state, mediaOpen: false }, []];
    case 'closing':
      return end(state.ending);
    // The leg asks what comes next. While the AI lives, the answer is a new stream; nothing changes hands.
    default:
      return [state, []];
  }
}

function optOut(state: FlowState): FlowStep {
  const ending: FlowEnding = { by: 'lead', reason: 'the lead asked not to be called again', disposition: 'do-not-call' };
  // Nobody cuts a person off: they are told, and end it in their own words.
  if (holderOf(state) !== null) return [state, []];
  switch (state.kind) {
    case 'closing':
      return [{ kind: 'closing', ending: { ...state.ending, disposition: 'do-not-call' } }, []];
    case 'held':
    case 'announcing':
    case 'waiting':
    case 'ended':
      return [state, []];
    // The document that answers these words takes leave.
    case 'turns':
      return [{ kind: 'closing', ending }, [{ type: 'timer.start', name: 'farewell', ms: farewellMs * 2 }]];
    default:
      return [
        { kind: 'closing', ending },
        [
          { type: 'auto-answer', on: false },
          { type: 'clear' },
          { type: 'timer.cancel', name: 'silence' },
          { type: 'say', what: 'opt-out-farewell' },
          { type: 'timer.start', name: 'farewell', ms: farewellMs },
        ],
      ];
  }
}

function endRequested(state: FlowState, event: Extract<FlowEvent, { type: 'end.requested' }>): FlowStep {
  // The AI only listens, and decides nothing.
  if (state.kind === 'closing' || (holderOf(state) !== null && event.ending.by === 'ai')) return [state, []];
  if (state.kind === 'announcing' || state.kind === 'opening') return end(event.ending);
  if (state.kind === 'turns')
    return [
      { kind: 'closing', ending: event.ending },
      [{ type: 'end-turns' }, { type: 'timer.start', name: 'farewell', ms: farewellMs * 3 }],
    ];
  // Who ends it in the middle of an answer does not wait for the rest; a disclosure is heard out.
  const cutsIn = !event.spoken && event.ending.by !== 'ai' && state.kind !== 'disclosing';
  return [
    { kind: 'closing', ending: event.ending },
    [
      ...(holderOf(state) === null ? [] : [{ type: 'release', open: null } as const]),
      { type: 'auto-answer', on: false },
      { type: 'timer.cancel', name: 'silence' },
      ...(cutsIn ? [{ type: 'clear' } as const] : []),
      ...(event.spoken ? [] : [{ type: 'say', what: 'farewell' } as const]),
      { type: 'timer.start', name: 'farewell', ms: event.spoken ? farewellMs * 2 : farewellMs },
    ],
  ];
}

/** The last resort before the carrier's own voice. */
function personRung(state: FlowState, target: TransferTarget): FlowStep {
  const ringing = (disclosed: boolean, effects: readonly FlowEffect[]): FlowStep => [
    { kind: 'transferring', stage: 'ringing', target, by: null, disclosed, isLast: true },
    [...cancelTalk, ...effects],
  ];
  switch (state.kind) {
    // The document that the answer asks for rings them.
    case 'waiting':
      return ringing(false, []);
    case 'turns':
      return ringing(state.disclosed, []);
    case 'opening':
    case 'disclosing':
      return ringing(false, [{ type: 'clear' }, { type: 'leave-stream' }]);
    case 'greeting':
    case 'talking':
      return ringing(true, [{ type: 'clear' }, { type: 'leave-stream' }]);
    default:
      return voiceFailed(state, 'no AI voice is left');
  }
}

function timer(state: FlowState, name: FlowTimer): FlowStep {
  switch (name) {
    case 'opening':
      if (state.kind !== 'opening') return [state, []];
      // The carrier's part comes first: without its stream the best of voices is heard by nobody.
      return announce(
        state.mediaOpen
          ? 'the AI voice was not ready three seconds after the answer'
          : 'the carrier opened no media stream within three seconds of the answer',
      );
    case 'silence':
      if (state.kind !== 'talking') return [state, []];
      if (state.silences >= maxSilences)
        return endRequested(state, {
          type: 'end.requested',
          ending: { by: 'bridge', reason: 'nobody spoke', disposition: 'talked' },
          spoken: false,
        });
      return [
        { kind: 'talking', silences: state.silences + 1 },
        [
          { type: 'prompt', about: 'still-there', detail: null },
          { type: 'timer.start', name: 'silence', ms: silenceMs },
        ],
      ];
    case 'farewell':
      return state.kind === 'closing' ? end(state.ending) : state.kind === 'transferring' ? leaveForTransfer(state) : [state, []];
    case 'message':
      if (state.kind === 'screened') return screenerTimer(state);
      return state.kind === 'leaving-message' && !state.speaking
        ? [{ ...state, speaking: true }, [{ type: 'say', what: 'voicemail' }]]
        : [state, []];
    case 'limit':
      return endRequested(state, {
        type: 'end.requested',
        ending: { by: 'settings', reason: 'the time limit for a call was reached', disposition: null },
        spoken: false,
      });
    default:
      return assertNever(name);
  }
}

/** What the leg shall run when its media stream is over and it is still up. */
export function documentAfterStream(state: FlowState): 'hang-up' | 'announce' | 'transfer' | 'stream' {
  switch (state.kind) {
    case 'announcing':
      return 'announce';
    case 'transferring':
      return 'transfer';
    case 'closing':
    case 'ended':
      return 'hang-up';
    default:
      return 'stream';
  }
}
