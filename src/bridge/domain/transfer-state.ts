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
export type TransferStage = 'ringing' | 'briefing' | 'accepted' | TransferEnd;

export type TransferStep = readonly [TransferState, readonly TransferEffect[]];

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

/** Neither over, nor about to be. */
export type Going = Exclude<TransferState, { kind: 'taking-leave' | 'ended' }>;

/** Both hear each other. */
export function isPatched(state: Going): boolean {
  return state.kind === 'introducing' || state.kind === 'connected';
}
