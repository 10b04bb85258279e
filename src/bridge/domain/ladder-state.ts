import type { Choice, Medium, Step } from './ladder-plan.ts';

/**
 * Which step of the ladder has the next word on a call. While the lead is on the line there is always one, or the last apology of the
 * carrier's voice. Everything is decided here, nothing is done here.
 */
export type LadderState =
  /** The phone rings; a step may be made ready meanwhile. */
  | { readonly kind: 'waiting'; readonly choice: Choice; readonly at: Step; readonly isUp: boolean; readonly tries: number }
  | LiveLadder
  /** Nothing is left: the carrier's own voice takes leave. */
  | { readonly kind: 'spent'; readonly because: string }
  | { readonly kind: 'ended' };

export interface LiveLadder {
  readonly kind: 'live';
  readonly choice: Choice;
  readonly at: Step;
  /** `coming`: asked for, not ready. `lost`: its socket broke and may come back. `vacant`: it is gone, and a person has the call. */
  readonly standing: 'coming' | 'up' | 'lost' | 'vacant';
  /** What the leg runs now. With a person on the line it may be another one than that of the step. */
  readonly medium: Medium;
  /** Made ready beside the one that speaks, to climb to it. */
  readonly rising: { readonly step: Step; readonly isUp: boolean } | null;
  readonly holder: 'ai' | 'operator';
  readonly leadSpeaks: boolean;
  readonly aiSpeaks: boolean;
  readonly openTools: number;
  /** The lead waits for a word of ours. */
  readonly speechDue: boolean;
  /** When a bridging phrase was said last; a second one soon after would only be odd. */
  readonly bridgedAtMs: number | null;
  /** The lead was asked for a moment, and nothing has come since. */
  readonly owesAfterPhrase: boolean;
  /** The lead has heard something of us. */
  readonly said: boolean;
  readonly climbs: number;
  readonly answeredAtMs: number;
  readonly sinceMs: number;
  readonly errorsAtMs: readonly number[];
  readonly spentMicros: number;
  readonly budgetMicros: number | null;
}

export type LadderEvent =
  | { readonly type: 'answered' }
  | { readonly type: 'rung.ready'; readonly step: Step }
  /** It will not come (back). */
  /** @property lasting no further try would help */
  | { readonly type: 'rung.failed'; readonly step: Step; readonly cause: string; readonly lasting?: boolean }
  /** Its socket is gone; another one is being tried. `rung.ready` tells that it is back. */
  | { readonly type: 'rung.lost'; readonly step: Step; readonly cause: string }
  /** Something of it went wrong and it goes on. */
  | { readonly type: 'rung.error'; readonly step: Step; readonly cause: string }
  /** The lead has finished, or we have something to say: a word of ours is due from now on. @property agoMs since the lead's last word */
  | { readonly type: 'speech.due'; readonly agoMs?: number }
  /** Nobody waits for a word of ours any more: it was no speech, or nothing is left to say. */
  | { readonly type: 'speech.off' }
  /** Words of the AI reach the ear; a bridging phrase does not count. */
  | { readonly type: 'speech.began' }
  /** All of ours has been heard. */
  | { readonly type: 'speech.ended' }
  | { readonly type: 'lead.started-speaking' }
  | { readonly type: 'lead.stopped-speaking' }
  /** The lead has said their turn where no stream is; the answer to it is still to be made. */
  | { readonly type: 'turn.over' }
  | { readonly type: 'tool.called' }
  | { readonly type: 'tool.answered' }
  /** @property micros all that engines have cost on this call */
  | { readonly type: 'spent'; readonly micros: number }
  /** Which steps are configured, possible on this carrier and not held by a breaker. */
  | { readonly type: 'usable.changed'; readonly steps: readonly Step[] }
  | { readonly type: 'operator.took-over' }
  | { readonly type: 'operator.gave-back' }
  /** The lead wants a person, by key or by word. */
  | { readonly type: 'human.asked' }
  | { readonly type: 'timer'; readonly name: LadderTimer }
  | { readonly type: 'leg.ended' };

export type LadderTimer = 'ready' | 'socket' | 'filler' | 'silent' | 'look' | 'rise' | 'again';

export type LadderEffect =
  /** @property beside the one at work goes on meanwhile */
  | { readonly type: 'open'; readonly step: Step; readonly beside: boolean }
  | { readonly type: 'close'; readonly step: Step }
  /** The leg gets another document: what it runs now cannot carry the step. @property phrase what the carrier's voice says first */
  | { readonly type: 'redirect'; readonly to: Step | 'operator'; readonly phrase: BridgingPhrase | null }
  /**
   * From here on this step has the conversation: what is carried over is told to it.
   * @property answerNow the lead is waiting for an answer that the step before it owed
   * @property hearsAgain it was ready before the one that failed, and has to be told the turn that nobody understood
   */
  | { readonly type: 'floor'; readonly to: Step; readonly answerNow: boolean; readonly hearsAgain?: boolean }
  /** Played by us into the stream, from a clip that was made beforehand. */
  | { readonly type: 'phrase'; readonly phrase: BridgingPhrase }
  | { readonly type: 'apologise'; readonly because: string }
  /** For the board and the campaign's health. */
  | { readonly type: 'changed'; readonly from: Step | null; readonly to: Step; readonly because: string }
  | { readonly type: 'timer.start'; readonly name: LadderTimer; readonly ms: number }
  | { readonly type: 'timer.cancel'; readonly name: LadderTimer };

/** `thanks`: they were asked for a moment a little while ago. */
export type BridgingPhrase = 'one-moment' | 'thanks' | 'getting-a-person';

export type LadderStep = readonly [LadderState, readonly LadderEffect[]];
