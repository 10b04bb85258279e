import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { UsageLine } from '../../engines/engine.ts';
import type { TranscriberRequest, Transcription, WrittenDown } from '../../engines/transcriber.ts';
import { BYTES_PER_MS } from '../../media/g711.ts';
import type { TranscriptKeeper } from '../record/transcript.ts';
import { Timers } from '../timers.ts';
import type { WordlessTurn } from '../voice/unfinished.ts';

/** Whoever speaks next waits for the words no longer than this, from the loss of the voice that heard them. */
const inTimeMs = 2_500;
/** Words for the transcript alone may take longer. */
const limitMs = 8_000;
/** The lead may be in the middle of a sentence: their sound is taken when they pause, when the stream ends, or after this. */
const soundLimitMs = 1_500;
const lookMs = 100;
/** Services refuse what is shorter. */
const shortestMs = 200;

export interface LostWordsParts {
  /** Null when nobody writes down what was recorded. */
  readonly transcription: Transcription | null;
  readonly request: TranscriberRequest;
  readonly clock: Clock;
  readonly log: Logger;
  readonly transcript: Pick<TranscriptKeeper, 'awaitsWords' | 'leadText'>;
  /** Milliseconds since the answer. */
  nowMs(): number;
  /** This machine hears the lead speak at this moment, over a stream. */
  leadSpeaks(): boolean;
  /** The words are in the transcript. @param isInTime whoever speaks now waits for them */
  found(turn: string, words: string, isInTime: boolean): void;
  usage(lines: readonly UsageLine[]): void;
  /** Something in here went wrong that never should. */
  broke(error: unknown): void;
}

/**
 * The words of a turn whose session has died before it wrote them down, and which no other voice hears again: the sound that was kept is
 * written down by a service that needs no session. Once for each turn; where it cannot be had, the call goes on without.
 */
export class LostWords {
  readonly #parts: LostWordsParts;
  readonly #timers: Timers<'sound' | 'in-time' | 'limit'>;
  readonly #tried = new Set<string>();
  readonly #next: WordlessTurn[] = [];
  #run: AbortController | null = null;
  #inTime: Promise<void> | null = null;
  #settle: () => void = () => undefined;

  constructor(parts: LostWordsParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  /** Resolves when the words are found, or are not waited for any more; null when none are being looked for. */
  get inTime(): Promise<void> | null {
    return this.#inTime;
  }

  /** One turn at a time; what is told of meanwhile follows, and nobody waits for it. @param isWaited whoever speaks next waits for its words */
  find(turn: WordlessTurn, isWaited: boolean): void {
    const { transcription, transcript } = this.#parts;
    if (transcription === null || this.#tried.has(turn.name) || !transcript.awaitsWords(turn.name)) return;
    if (this.#run !== null) {
      this.#next.push(turn);
      return;
    }
    this.#tried.add(turn.name);
    const run = new AbortController();
    this.#run = run;
    this.#timers.start('limit', limitMs, () => run.abort());
    if (!isWaited) {
      void this.#write(transcription, turn, run);
      return;
    }
    this.#inTime = new Promise((resolve) => {
      this.#settle = () => {
        this.#inTime = null;
        resolve();
      };
    });
    this.#timers.start('in-time', inTimeMs, () => this.#settle());
    this.#takeSound(transcription, turn, run, 0);
  }

  close(): void {
    this.#next.length = 0;
    this.#timers.clear();
    this.#run?.abort();
    this.#run = null;
    this.#settle();
  }

  #takeSound(transcription: Transcription, turn: WordlessTurn, run: AbortController, waitedMs: number): void {
    if (this.#parts.leadSpeaks() && waitedMs < soundLimitMs)
      this.#timers.start('sound', lookMs, () => this.#takeSound(transcription, turn, run, waitedMs + lookMs));
    else void this.#write(transcription, turn, run);
  }

  async #write(transcription: Transcription, turn: WordlessTurn, run: AbortController): Promise<void> {
    const written = await this.#writtenDown(transcription, turn, run);
    if (this.#run !== run) return;
    const { transcript, nowMs, found, usage, broke } = this.#parts;
    try {
      if (written !== null) usage(written.usage);
      // Whoever was to write them has perhaps done so after all.
      if (written !== null && transcript.awaitsWords(turn.name))
        found(turn.name, transcript.leadText(turn.name, written.text, true, nowMs()), this.#inTime !== null);
    } catch (error) {
      broke(error);
    }
    this.#end();
  }

  async #writtenDown(transcription: Transcription, turn: WordlessTurn, run: AbortController): Promise<WrittenDown | null> {
    const { request, log } = this.#parts;
    const sound = turn.sound();
    if (sound.length < shortestMs * BYTES_PER_MS) return null;
    try {
      return await transcription.writeDown(sound, request, run.signal);
    } catch (error) {
      if (this.#run === run) log.warn({ cause: messageOf(error) }, 'what the lead said before the voice was lost cannot be written down');
      return null;
    }
  }

  #end(): void {
    this.#run = null;
    this.#timers.clear();
    this.#settle();
    const next = this.#next.shift();
    if (next) this.find(next, false);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown fault';
}
