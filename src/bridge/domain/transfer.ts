import { assertNever } from '#bridge/contract/assert-never.ts';

/**
 * A warm transfer: a second leg rings a colleague, who hears what the call is about and takes it with a key. The lead never leaves our
 * stream, so that somebody on our side is responsible for them at every moment: whoever asked for the transfer, until the colleague has it.
 */
export type TransferState =
  /** The request is on its way to the carrier. */
  | { readonly kind: 'placing'; readonly asker: Asker }
  | { readonly kind: 'ringing'; readonly asker: Asker }
  /** Somebody, or something, has picked up; the second stream is still to come. */
  | { readonly kind: 'answered'; readonly asker: Asker }
  /** They hear what the call is about. */
  | { readonly kind: 'briefing'; readonly asker: Asker }
  /** The briefing is over and no key was pressed yet. */
  | { readonly kind: 'asking'; readonly asker: Asker }
  /** Both hear each other, and the sentence that brings them together. */
  | { readonly kind: 'introducing'; readonly asker: Asker }
  /**
   * The colleague has the call.
   * @property withOperator the operator who has it is on the line as well, and has it alone again when the colleague leaves
   */
  | { readonly kind: 'connected'; readonly withOperator: boolean }
  /** The lead has gone. The colleague is told so; then their leg ends. */
  | { readonly kind: 'taking-leave'; readonly ending: TransferEnding }
  /** @property to who has the call again; null when the lead has left */
  | { readonly kind: 'ended'; readonly ending: TransferEnding; readonly to: Asker | null };

/** Who wants the transfer, and gets the call back when nothing comes of it. */
export type Asker = 'ai' | 'operator';

/** How a transfer can end. `connected`: the colleague had the call, and has left it. */
export type TransferEnd =
  | 'connected'
  | 'declined'
  | 'no-answer'
  | 'busy'
  | 'voicemail'
  | 'failed'
  /** The lead left before it was over. */
  | 'abandoned'
  | 'cancelled';

export interface TransferEnding {
  readonly end: TransferEnd;
  /** In words, as a person would put it. */
  readonly cause: string;
}

export type TransferEvent =
  /** The carrier has taken the request. */
  | { readonly type: 'place.accepted' }
  | { readonly type: 'place.failed'; readonly cause: string }
  | { readonly type: 'leg.ringing' }
  | { readonly type: 'leg.answered' }
  /** The carrier's own voice says the briefing; the stream comes after it. */
  | { readonly type: 'carrier.briefs' }
  /** The carrier takes whoever picked up for a machine. */
  | { readonly type: 'leg.machine' }
  | {
      readonly type: 'leg.ended';
      readonly outcome: 'busy' | 'no-answer' | 'rejected' | 'voicemail' | 'completed' | 'failed';
      readonly cause: string;
    }
  | { readonly type: 'media.opened' }
  | { readonly type: 'media.lost' }
  | { readonly type: 'briefing.played' }
  | { readonly type: 'key'; readonly digit: string }
  | { readonly type: 'introduction.played' }
  /** The last words to the colleague were heard. */
  | { readonly type: 'leave.taken' }
  /** The lead's line is dead, or is being ended. */
  | { readonly type: 'lead.left' }
  | { readonly type: 'cancel'; readonly cause: string }
  /** An operator has taken the call meanwhile. */
  | { readonly type: 'operator.came' }
  /** The operator who had it has it no more; the AI has it, or the colleague who was on the line with them. */
  | { readonly type: 'asker.left' }
  | { readonly type: 'timer'; readonly name: TransferTimer };

export type TransferTimer = 'ring' | 'stream' | 'briefing' | 'key' | 'introduction' | 'leave' | 'still-trying';

export type TransferEffect =
  | { readonly type: 'place-leg' }
  /** A sentence for the lead, by whoever has the call. */
  | { readonly type: 'tell-lead'; readonly what: 'getting-them' | 'still-trying' }
  | { readonly type: 'hold-sound'; readonly on: boolean }
  /** The colleague hears the briefing and which keys there are. */
  | { readonly type: 'brief' }
  /** Each hears the other; until then neither does. */
  | { readonly type: 'patch'; readonly on: boolean }
  /** One sentence that both hear. */
  | { readonly type: 'introduce' }
  /** The call is the colleague's, alone or with an operator: our side stops answering and goes on hearing. */
  | { readonly type: 'hand-over' }
  /** The call is the asker's again. */
  | { readonly type: 'hand-back'; readonly to: Asker; readonly ending: TransferEnding }
  | { readonly type: 'take-leave'; readonly because: 'lead-left' | 'not-needed' }
  | { readonly type: 'end-leg' }
  | { readonly type: 'report'; readonly stage: TransferStage; readonly cause: string | null }
  | { readonly type: 'timer.start'; readonly name: TransferTimer; readonly ms: number }
  | { readonly type: 'timer.cancel'; readonly name: TransferTimer };

/** What a person who watches is told. */
export type TransferStage =
  | 'ringing'
  | 'briefing'
  | 'accepted'
  | 'connected'
  | 'declined'
  | 'no-answer'
  | 'busy'
  | 'voicemail'
  | 'failed'
  | 'abandoned'
  | 'cancelled';

export type TransferStep = readonly [TransferState, readonly TransferEffect[]];

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
const leaveMs = 10_000;
/** The carrier's word about a leg follows its audio. */
const newsMs = 4_000;
/** A lead who hears nothing but a hold sound is told at times that somebody is still at it. */
const stillTryingMs = 12_000;

const acceptKey = '1';
const declineKey = '2';
const timers: readonly TransferTimer[] = ['ring', 'stream', 'briefing', 'key', 'introduction', 'leave', 'still-trying'];

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
      return state.kind === 'placing' || state.kind === 'ringing' ? answered(state.asker, []) : [state, []];
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

/** Who answers for the lead at this moment; null when the lead has left. */
export function responsibleFor(state: TransferState): Asker | 'colleague' | null {
  switch (state.kind) {
    case 'connected':
      return state.withOperator ? 'operator' : 'colleague';
    case 'taking-leave':
      return null;
    case 'ended':
      return state.to;
    default:
      return state.asker;
  }
}

type Going = Exclude<TransferState, { kind: 'taking-leave' | 'ended' }>;

function isPatched(state: Going): boolean {
  return state.kind === 'introducing' || state.kind === 'connected';
}

const cancelTimers: readonly TransferEffect[] = timers.map((name) => ({ type: 'timer.cancel', name }));
const quiet: TransferEffect = { type: 'hold-sound', on: false };
const apart: TransferEffect = { type: 'patch', on: false };

function answered(asker: Asker, effects: readonly TransferEffect[]): TransferStep {
  return [
    { kind: 'answered', asker },
    [...effects, { type: 'timer.cancel', name: 'ring' }, { type: 'timer.start', name: 'stream', ms: streamMs }],
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

function legEnded(state: Going, { outcome, cause }: Extract<TransferEvent, { type: 'leg.ended' }>): TransferStep {
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
function mediaLost(state: Going): TransferStep {
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
function stop(state: Going, ending: TransferEnding): TransferStep {
  const [next, effects] = back(state, ending);
  return [next, [...effects, { type: 'end-leg' }]];
}

/** The asker has the call, whatever becomes of the other leg. Whom a colleague leaves, the AI takes, unless an operator stayed on the line. */
function back(state: Going, ending: TransferEnding): TransferStep {
  const to = responsibleFor(state) === 'operator' ? 'operator' : 'ai';
  return [
    { kind: 'ended', ending, to },
    [...cancelTimers, quiet, apart, { type: 'report', stage: ending.end, cause: ending.cause }, { type: 'hand-back', to, ending }],
  ];
}

/** Nobody has to be answered for any more; a colleague who is on the line is told so. */
function leadLeft(state: Going): TransferStep {
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

function takingLeave(state: Extract<TransferState, { kind: 'taking-leave' }>, event: TransferEvent): TransferStep {
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
