import { assertNever } from '#bridge/contract/assert-never.ts';
import type { Disposition, Party } from '#bridge/contract/words.ts';

/**
 * What happens on an answered call, and who is responsible for the next word. At every moment exactly one party is: the AI, the carrier's
 * own voice, a person of ours, the person a transfer rings, or the end of the call. Ended absorbs everything.
 */
export type FlowState =
  /** Nobody has answered yet. */
  | { readonly kind: 'waiting' }
  /** Answered; the first words are still to come. */
  | { readonly kind: 'opening'; readonly mediaOpen: boolean; readonly voiceReady: boolean }
  /**
   * Who is calling, and that it is an AI. Not interruptible.
   * @property returning a person has had the call before this was said: there is no greeting any more, and then it goes on like this
   */
  | { readonly kind: 'disclosing'; readonly returning?: Opening }
  | { readonly kind: 'greeting' }
  /** @property silences how often the lead was asked whether they are still there, without an answer */
  | { readonly kind: 'talking'; readonly silences: number }
  /** Nothing but a message for a machine: waits for its greeting to end, then speaks. */
  | { readonly kind: 'leaving-message'; readonly speaking: boolean }
  /** Something asks who calls and why, before it rings anybody. It is told once, when it has stopped asking; then we wait. */
  | { readonly kind: 'screened'; readonly said: boolean }
  /** The last words are being said; then the call is ended. */
  | { readonly kind: 'closing'; readonly ending: FlowEnding }
  /**
   * The leg rings somebody else.
   * @property by the person who has the call meanwhile and gets it back when nobody answers; null is the AI
   * @property disclosed as below
   */
  | {
      readonly kind: 'transferring';
      readonly stage: 'saying' | 'ringing';
      readonly target: TransferTarget;
      readonly by: Person | null;
      readonly disclosed: boolean;
      /** No AI is left that could have the call back. */
      readonly isLast?: boolean;
      /** The carrier heard and spoke for the AI, and does so again when nobody answers. */
      readonly isFromTurns?: boolean;
    }
  /** A person speaks for us and the AI only listens. @property disclosed the lead was told who is calling, and that it was an AI */
  | { readonly kind: 'held'; readonly by: Person; readonly disclosed: boolean }
  /** The carrier hears and speaks for the AI, one document after the other; no audio passes us. @property disclosed as above */
  | { readonly kind: 'turns'; readonly disclosed: boolean }
  /** The carrier's own voice has the call. */
  | { readonly kind: 'announcing'; readonly because: string }
  | { readonly kind: 'ended' };

export interface FlowEnding {
  readonly by: Party;
  readonly reason: string;
  readonly disposition: Disposition | null;
}

/** Somebody of ours who speaks with the lead: at a console, or on a phone to which the call was given. */
export interface Person {
  readonly kind: 'operator' | 'colleague';
  readonly name: string;
}

/** How the AI goes on after a person: with a sentence that leads over, or when the lead has spoken. */
export type Opening = 'bridge' | 'wait';

export interface TransferTarget {
  readonly name: string;
  readonly number: string;
  /** What the carrier's voice says before it rings them, where no voice of ours could. */
  readonly sayFirst?: string;
}

export type FlowEvent =
  /** @property route whether the leg was given a media stream or the carrier's own voice */
  | { readonly type: 'answered'; readonly route: 'stream' | 'turns' | 'announce'; readonly because: string }
  /** No AI can talk (any more), and a person of ours can be rung. */
  | { readonly type: 'person.rung'; readonly target: TransferTarget }
  | { readonly type: 'media.opened' }
  /** The stream broke off while it was needed. @property canReopen the leg asks for another document, so there may be a new one */
  | { readonly type: 'media.lost' }
  /** The first words can be said, from a clip or by the AI itself. */
  | { readonly type: 'voice.ready' }
  | { readonly type: 'voice.failed'; readonly cause: string }
  /** Nobody is left who can speak over a stream, and somebody who can speak without one. @property disclosed the lead knows who is calling */
  | { readonly type: 'streams.spent'; readonly disclosed: boolean }
  /** A voice over a stream has the call again, between two turns. */
  | { readonly type: 'streams.back' }
  | { readonly type: 'disclosure.played' }
  | { readonly type: 'greeting.played' }
  | { readonly type: 'lead.started-speaking' }
  | { readonly type: 'lead.stopped-speaking' }
  /** Everything that the AI said has reached the ear. */
  | { readonly type: 'ai.fell-silent' }
  /** Nobody is there who could talk. @property found what is, when it is no answering machine */
  | { readonly type: 'machine.detected'; readonly policy: 'hang-up' | 'leave-message' | 'off'; readonly found?: 'fax' | 'menu' }
  /** The greeting of a machine is over: it records from now on. */
  | { readonly type: 'beep.heard' }
  | { readonly type: 'screener.detected' }
  /** A person has come to a machine, or was taken for one. */
  | { readonly type: 'person.detected' }
  | { readonly type: 'message.played' }
  | { readonly type: 'opt-out.heard' }
  /** @property spoken the goodbye has been said or is on its way to the ear */
  | { readonly type: 'end.requested'; readonly ending: FlowEnding; readonly spoken: boolean }
  | { readonly type: 'farewell.played' }
  | { readonly type: 'transfer.requested'; readonly target: TransferTarget }
  | { readonly type: 'transfer.ended'; readonly answered: boolean; readonly cause: string }
  /** Somebody has thought better of it. */
  | { readonly type: 'transfer.cancelled'; readonly cause: string }
  /** A person of ours speaks from now on; or another one than before. */
  | { readonly type: 'person.took'; readonly by: Person }
  /** The person gave the call back, or is gone. @property hasAi there is an AI that can have it, or can be had again */
  | { readonly type: 'person.left'; readonly open: Opening; readonly hasAi: boolean; readonly because: string }
  | { readonly type: 'timer'; readonly name: FlowTimer }
  | { readonly type: 'leg.ended' };

export type FlowTimer = 'opening' | 'silence' | 'farewell' | 'message' | 'limit';

export type FlowEffect =
  | { readonly type: 'say'; readonly what: 'disclosure' | 'greeting' | 'opt-out-farewell' | 'farewell' | 'voicemail' }
  /** Ask the AI to say something of its own wording. */
  | { readonly type: 'prompt'; readonly about: 'still-there' | 'transfer-failed' | 'bridge' | 'screening'; readonly detail: string | null }
  /** Let the AI answer by itself, or hold it back while it goes on hearing. */
  | { readonly type: 'auto-answer'; readonly on: boolean }
  /** Drop what was sent and not yet heard, and stop the answer in progress. */
  | { readonly type: 'clear' }
  /** A person speaks: everything of the AI is dropped at once, and it says nothing more until `release`. It goes on hearing. */
  | { readonly type: 'hold' }
  /** The person has stopped. @property open how the AI goes on, once it knows what was said; null when it does not converse */
  | { readonly type: 'release'; readonly open: Opening | null }
  /** The leg rings somebody else, and must come back to a stream. */
  | { readonly type: 'come-back' }
  /** Take leave with the next document. */
  | { readonly type: 'end-turns' }
  /** Close the media stream; the leg then asks what comes next, and `documentAfterStream` tells. */
  | { readonly type: 'leave-stream' }
  | { readonly type: 'hang-up'; readonly ending: FlowEnding }
  | { readonly type: 'timer.start'; readonly name: FlowTimer; readonly ms: number }
  | { readonly type: 'timer.cancel'; readonly name: FlowTimer };

export type FlowStep = readonly [FlowState, readonly FlowEffect[]];

/** An AI that cannot speak this long after the answer is not waited for: the carrier's own voice takes the call. Silence scares people away. */
const openingMs = 3_000;
/** Without a word from the lead for this long after the AI's last, the AI asks whether somebody is there. */
const silenceMs = 9_000;
/** Asked this often without an answer, the AI says goodbye. */
const maxSilences = 2;
/** The longest a goodbye may take before the call is ended under it; the strictest law gives ten seconds from the lead's wish to end. */
const farewellMs = 4_500;
/** Machines talk up to half a minute before the beep; then the message is spoken whatever is heard. */
const messageMs = 30_000;
/** How long a machine is silent before its greeting is taken to be over. */
const messageGapMs = 2_000;
/** Between the beep and the message. */
const afterBeepMs = 300;
/** A screener that has asked is silent for so long before it is answered. */
const screenerGapMs = 700;
/** How long a screener is waited for: it rings somebody meanwhile. */
const screenedMs = 45_000;

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

const cancelAll: readonly FlowEffect[] = (['opening', 'silence', 'farewell', 'message', 'limit'] as const).map((name) => ({
  type: 'timer.cancel',
  name,
}));

/** The limit of the call goes on, whoever speaks. */
const cancelTalk = cancelAll.slice(0, 4);

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

function talk(effects: readonly FlowEffect[], silent = true): FlowStep {
  return [
    { kind: 'talking', silences: 0 },
    [...effects, ...(silent ? [{ type: 'timer.start', name: 'silence', ms: silenceMs } as const] : [])],
  ];
}

function disclosed(state: FlowState): FlowStep {
  if (state.kind === 'turns') return [{ kind: 'turns', disclosed: true }, []];
  if (state.kind !== 'disclosing') return [state, []];
  const { returning } = state;
  if (returning === undefined) return [{ kind: 'greeting' }, [{ type: 'say', what: 'greeting' }]];
  return talk([{ type: 'auto-answer', on: true }, ...(returning === 'bridge' ? [bridging] : [])]);
}

const bridging = { type: 'prompt', about: 'bridge', detail: null } as const satisfies FlowEffect;

/** Whether a person can have the call at this moment. Whose end has begun is not taken back. */
export function canBeTaken({ kind }: FlowState): boolean {
  return kind !== 'waiting' && kind !== 'announcing' && kind !== 'closing' && kind !== 'ended';
}

/** The person who has the call, though the line may be with somebody whom it rings; null when none has. */
export function holderOf(state: FlowState): Person | null {
  return state.kind === 'held' || state.kind === 'transferring' ? state.by : null;
}

function personTook(state: FlowState, by: Person): FlowStep {
  if (state.kind === 'held') return [{ ...state, by }, []];
  if (!canBeTaken(state)) return [state, []];
  const disclosed =
    state.kind === 'greeting' || state.kind === 'talking' || ((state.kind === 'transferring' || state.kind === 'turns') && state.disclosed);
  const isAway = (state.kind === 'transferring' && state.stage === 'ringing') || state.kind === 'turns';
  return [
    { kind: 'held', by, disclosed },
    [
      // Whoever fetches the lead back from a phone that rings has silenced the AI before.
      ...(holderOf(state) === null ? [{ type: 'hold' } as const] : []),
      ...cancelTalk,
      ...(isAway ? [{ type: 'come-back' } as const] : []),
    ],
  ];
}

function personLeft(state: FlowState, { open, hasAi, because }: Extract<FlowEvent, { type: 'person.left' }>): FlowStep {
  // The phone rings on; whoever it does not reach goes to the AI.
  if (state.kind === 'transferring' && state.by !== null) return [{ ...state, by: null }, letTheAiListen];
  if (state.kind !== 'held') return [state, []];
  if (!hasAi) return announce(because);
  if (state.disclosed) return talk([{ type: 'release', open }]);
  return [
    { kind: 'disclosing', returning: open },
    [
      { type: 'release', open: null },
      { type: 'say', what: 'disclosure' },
    ],
  ];
}

/** The AI is told what it has missed, and says nothing yet. */
const letTheAiListen: readonly FlowEffect[] = [
  { type: 'release', open: null },
  { type: 'auto-answer', on: false },
];

/** The carrier's own voice takes over; it needs the stream out of the way. */
function announce(because: string): FlowStep {
  return [{ kind: 'announcing', because }, [...cancelTalk, { type: 'clear' }, { type: 'leave-stream' }]];
}

function end(ending: FlowEnding): FlowStep {
  return [
    { kind: 'closing', ending },
    [
      { type: 'timer.cancel', name: 'farewell' },
      { type: 'hang-up', ending },
    ],
  ];
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

/** Nothing of ours is heard any more, and nobody is answered. */
const quiet: readonly FlowEffect[] = [
  { type: 'auto-answer', on: false },
  { type: 'clear' },
  { type: 'timer.cancel', name: 'opening' },
  { type: 'timer.cancel', name: 'silence' },
];

/** The AI talks, or is about to, with whoever picked up. */
function converses({ kind }: FlowState): boolean {
  return kind === 'opening' || kind === 'disclosing' || kind === 'greeting' || kind === 'talking';
}

const pickedUp = { machine: 'an answering machine picked up', fax: 'a fax machine picked up', menu: 'a phone menu picked up' } as const;

function machine(state: FlowState, policy: 'hang-up' | 'leave-message' | 'off', found: keyof typeof pickedUp): FlowStep {
  if (policy === 'off' || (!converses(state) && state.kind !== 'screened')) return [state, []];
  if (policy === 'hang-up') {
    const disposition = found === 'menu' ? null : 'voicemail-no-message';
    const [next, effects] = end({ by: 'bridge', reason: pickedUp[found], disposition });
    return [next, [...quiet, ...effects]];
  }
  return [{ kind: 'leaving-message', speaking: false }, [...quiet, { type: 'timer.start', name: 'message', ms: messageGapMs }]];
}

function screened(state: FlowState): FlowStep {
  if (!converses(state)) return [state, []];
  return [{ kind: 'screened', said: false }, [...quiet, { type: 'timer.start', name: 'message', ms: screenerGapMs }]];
}

/** Whoever comes late has heard nothing of us yet. */
function personDetected(state: FlowState): FlowStep {
  if (state.kind !== 'screened' && state.kind !== 'leaving-message') return [state, []];
  return [{ kind: 'disclosing' }, [{ type: 'timer.cancel', name: 'message' }, { type: 'clear' }, { type: 'say', what: 'disclosure' }]];
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

function transferRequested(state: FlowState, target: TransferTarget): FlowStep {
  switch (state.kind) {
    case 'talking':
      return [
        { kind: 'transferring', stage: 'saying', target, by: null, disclosed: true },
        [
          { type: 'auto-answer', on: false },
          { type: 'timer.cancel', name: 'silence' },
          { type: 'timer.start', name: 'farewell', ms: farewellMs * 2 },
        ],
      ];
    // The carrier's voice says it before it rings.
    case 'turns':
      return [{ kind: 'transferring', stage: 'ringing', target, by: null, disclosed: state.disclosed, isFromTurns: true }, cancelTalk];
    // The person has told the lead. The call stays theirs until somebody answers.
    case 'held':
      return leaveForTransfer({ kind: 'transferring', stage: 'saying', target, by: state.by, disclosed: state.disclosed });
    default:
      return [state, []];
  }
}

function leaveForTransfer(state: Extract<FlowState, { kind: 'transferring' }>): FlowStep {
  if (state.stage === 'ringing') return [state, []];
  // What is still unsaid must not wait for a stream that may come back in half a minute.
  return [{ ...state, stage: 'ringing' }, [{ type: 'timer.cancel', name: 'farewell' }, { type: 'clear' }, { type: 'leave-stream' }]];
}

function transferEnded(state: FlowState, event: Extract<FlowEvent, { type: 'transfer.ended' }>): FlowStep {
  if (state.kind !== 'transferring') return [state, []];
  if (!event.answered) return backFromTransfer(state, event.cause);
  const [next, effects] = end({ by: 'operator', reason: `the call was transferred to ${state.target.name}`, disposition: 'transferred' });
  return [next, [...(state.by === null ? [] : [{ type: 'release', open: null } as const]), ...effects]];
}

function transferCancelled(state: FlowState, cause: string): FlowStep {
  if (state.kind !== 'transferring') return [state, []];
  const [next, effects] = backFromTransfer(state, cause);
  return [
    next,
    [{ type: 'timer.cancel', name: 'farewell' }, ...(state.stage === 'ringing' ? [{ type: 'come-back' } as const] : []), ...effects],
  ];
}

/** To whoever had the call: a person sees what became of it and tells the lead in their own words, the AI says it. */
function backFromTransfer({ by, disclosed, isLast, isFromTurns }: Extract<FlowState, { kind: 'transferring' }>, cause: string): FlowStep {
  if (by !== null) return [{ kind: 'held', by, disclosed }, []];
  if (isLast) return announce(cause);
  if (isFromTurns) return [{ kind: 'turns', disclosed }, []];
  if (!disclosed) return [{ kind: 'disclosing', returning: 'bridge' }, [{ type: 'say', what: 'disclosure' }]];
  return talk([
    { type: 'auto-answer', on: true },
    { type: 'prompt', about: 'transfer-failed', detail: cause },
  ]);
}

function timer(state: FlowState, name: FlowTimer): FlowStep {
  switch (name) {
    case 'opening':
      return state.kind === 'opening' ? announce('the AI voice was not ready three seconds after the answer') : [state, []];
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

function screenerTimer(state: Extract<FlowState, { kind: 'screened' }>): FlowStep {
  if (state.said) return end({ by: 'bridge', reason: 'a call screener did not put it through', disposition: null });
  return [
    { ...state, said: true },
    [
      { type: 'prompt', about: 'screening', detail: null },
      { type: 'timer.start', name: 'message', ms: screenedMs },
    ],
  ];
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
