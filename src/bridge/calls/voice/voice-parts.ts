import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Rung, World } from '#bridge/contract/words.ts';
import type { LadderPlan, Step } from '../../domain/ladder-plan.ts';
import type { Engine, EngineFailure, SessionRequest, UsageLine } from '../../engines/engine.ts';
import type { EngineHealth } from '../../engines/health.ts';
import type { TextMind } from '../../engines/text-mind.ts';
import type { Playout } from '../../media/playout.ts';
import type { TranscriptKeeper } from '../record/transcript.ts';
import type { ClipShelf } from './clip-shelf.ts';
import type { FlowSpeech, Speeches } from './speech.ts';
import type { AnsweredTurn } from './turn-clock.ts';
import type { WordlessTurn } from './unfinished.ts';
import type { RungChange } from './voice-ladder.ts';

/** Everybody who can speak on one call, for a call that may go from one to the other. */
export interface VoiceChoice {
  readonly plan: LadderPlan;
  readonly engines: Readonly<Partial<Record<Rung, Engine>>>;
  readonly health: EngineHealth;
  /** Answers in text where the carrier hears and speaks; null when there is none. */
  readonly mind: TextMind | null;
  /** Whether a rung below the streams can be had on this call. */
  isUsableBelow(step: Step): boolean;
}

/** What a voice tells its call. */
export interface VoiceEvents {
  /** The first words can be said. */
  ready(): void;
  failed(failure: EngineFailure): void;
  /** @param confirmed the carrier has confirmed that the ear received it; false when it stayed silent about it */
  fixedPlayed(what: FlowSpeech, confirmed: boolean): void;
  /** A fixed sentence has reached the ear, by our own clock; comes before `fixedPlayed`. */
  fixedHeard(what: FlowSpeech): void;
  /** Nothing is being said, nothing is on its way, and no answer is in the making. */
  fellSilent(): void;
  thinking(): void;
  leadStartedSpeaking(): void;
  leadStoppedSpeaking(): void;
  leadSaid(turn: string, text: string): void;
  /** The AI holds a hint. @param answersBegun so far */
  nudged(id: string, answersBegun: number): void;
  /** An answer of the AI's own was given to its end. @param utterances what was said in it, in order @param ordinal which answer, from 1 */
  answeredWith(utterances: readonly string[], ordinal: number): void;
  toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  usage(lines: readonly UsageLine[]): void;
  turn(latency: AnsweredTurn): void;
  connected(): void;
  sessionReady(model: string): void;
  firstAudio(): void;
  /** Another voice speaks from now on. */
  rungChanged(change: RungChange): void;
  /** No AI is left: a person is rung. */
  ringPerson(because: string): void;
  /** Nobody is left who could put a turn of the lead into words. @param isWaited whoever speaks next is to know them */
  turnLost(turn: WordlessTurn, isWaited: boolean): void;
  /** What comes now needs a document of its own. @param isBridged the lead was asked for a moment already */
  below(step: Rung, isBridged: boolean): void;
  /** Something in here went wrong that never should. */
  broke(error: unknown): void;
}

export interface VoiceParts {
  readonly choice: VoiceChoice;
  readonly request: SessionRequest;
  readonly speeches: Speeches;
  readonly shelf: ClipShelf;
  readonly playout: Playout;
  readonly transcript: TranscriptKeeper;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: VoiceEvents;
  readonly world: World;
  /** What the call has cost so far, micro-dollars. */
  costMicros(): number;
  /** A stream is open: what is said is heard. */
  isLineOpen(): boolean;
  /** Whether this machine hears the lead speak at this moment, whatever the one that hears for the AI makes of it. */
  leadSpeaks(): boolean;
  /** Milliseconds since the answer, from a monotonic moment. */
  sinceAnswerMs(monotonicMs: number): number;
}
