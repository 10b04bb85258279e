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
