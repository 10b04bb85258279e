import type { World } from '#bridge/contract/words.ts';
import type { EngineFailure, UsageLine } from './engine.ts';

/** Makes text of somebody's voice and says nothing: for the operator or the colleague who speaks in place of the AI. */
export interface Transcription {
  /** Returns at once; frames that come before it is ready wait. Costs nothing until somebody speaks. */
  openTranscriber(request: TranscriberRequest, handlers: TranscriberHandlers): Transcriber;
  /**
   * Write down what was kept of somebody's voice: one request, tried once.
   * @param audio 8 kHz mu-law
   * @throws when there are no words to be had; its message can go into a log
   */
  writeDown(audio: Uint8Array, request: TranscriberRequest, signal: AbortSignal): Promise<WrittenDown>;
}

export interface WrittenDown {
  /** Empty when nobody spoke. */
  readonly text: string;
  readonly usage: readonly UsageLine[];
}

export interface TranscriberRequest {
  /** BCP 47; a hint only. */
  readonly language: string | null;
  /** Stable, unguessable and without meaning: lets the provider tell end users apart. */
  readonly safetyIdentifier: string;
  readonly world: World;
}

export interface TranscriberHandlers {
  /** From here on words may come. Told again when a lost session was opened anew. */
  ready(): void;
  /** @param audioMs place in all audio given to `hear`, 20 ms for each frame; pauses in which nothing was given do not count */
  speechStarted(turn: string, audioMs: number): void;
  speechStopped(turn: string, audioMs: number): void;
  /** The words of a turn as far as they are known; the last time final, then perhaps empty. Comes a second or so after it. */
  text(turn: string, text: string, final: boolean): void;
  usage(lines: readonly UsageLine[]): void;
  /** There are no more words. Told once, last, and not after `close`. */
  failed(failure: EngineFailure): void;
  /** Worth a log line, nothing more. */
  trouble(detail: string): void;
}

export interface Transcriber {
  /**
   * Audio in order, 8 kHz mu-law. May pause at any time (push-to-talk): what was being said then counts as said to its end. On the audio
   * path.
   */
  hear(bytes: Uint8Array): void;
  /** Words of something that was said are still to come. */
  readonly isBusy: boolean;
  /** Nobody speaks any more: wait for the words that are still to come, then close. Never rejects. @param limitMs so long at the most */
  finish(limitMs: number): Promise<void>;
  /** Nothing more is told. */
  close(): void;
}
