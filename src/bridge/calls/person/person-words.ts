import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { UsageLine } from '../../engines/engine.ts';
import type { Transcriber, TranscriberRequest, Transcription } from '../../engines/transcriber.ts';
import { FRAME_MS } from '../../media/g711.ts';

/** A longer pause between two frames is one of the person. */
const pauseMs = 60;
/** Nobody speaks in more pieces than that before their words come. */
const piecesKept = 500;

export interface PersonWordsParts {
  readonly transcription: Transcription;
  readonly request: TranscriberRequest;
  /** Where their words go. Times are milliseconds since the answer. @param turn its name within the call */
  write(turn: string, text: string, final: boolean, place: { readonly startMs: number; readonly endMs: number }): void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells the turns of this person from those of others on the call. */
  readonly name: string;
  sinceAnswerMs(monotonicMs: number): number;
  usage(lines: readonly UsageLine[]): void;
}

/** What one person says while a person of ours has the call, in words and at its time. Without it the call goes on just the same. */
export class PersonWords {
  readonly #parts: PersonWordsParts;
  readonly #transcriber: Transcriber;
  readonly #turns = new Map<string, { startMs: number; endMs: number }>();
  /** Where each piece of uninterrupted audio begins, in the transcriber's audio and on our clock. */
  readonly #pieces: { readonly audioMs: number; readonly atMs: number }[] = [];
  #audioMs = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #isDeaf = false;

  constructor(parts: PersonWordsParts) {
    this.#parts = parts;
    this.#transcriber = parts.transcription.openTranscriber(parts.request, {
      ready: () => undefined,
      speechStarted: (turn, audioMs) => {
        const startMs = this.#callMs(audioMs);
        this.#turns.set(turn, { startMs, endMs: startMs });
      },
      speechStopped: (turn, audioMs) => {
        const place = this.#turns.get(turn);
        if (place) place.endMs = Math.max(place.startMs, this.#callMs(audioMs));
      },
      text: (turn, text, final) => {
        const place = this.#turns.get(turn) ?? { startMs: this.#nowMs(), endMs: this.#nowMs() };
        parts.write(`${parts.name}:${turn}`, text, final, { ...place, endMs: Math.max(place.startMs, place.endMs) });
      },
      usage: (lines) => parts.usage(lines),
      failed: ({ cause }) => {
        this.#isDeaf = true;
        parts.log.warn({ cause }, "a person's words cannot be written down; the call goes on");
      },
      trouble: (detail) => parts.log.info({ detail }, "trouble with the transcription of a person's words"),
    });
  }

  /** Nobody writes down what they say. */
  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  /** 20 ms of the person, on the audio path. */
  hear(frame: Uint8Array): void {
    if (this.#isDeaf) return;
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#lastAtMs > pauseMs) {
      this.#pieces.push({ audioMs: this.#audioMs, atMs: nowMs });
      if (this.#pieces.length > piecesKept) this.#pieces.shift();
    }
    this.#lastAtMs = nowMs;
    this.#audioMs += FRAME_MS;
    this.#transcriber.hear(frame);
  }

  /** They do not speak any more. Resolves when their last words are in, or after so long; never rejects. */
  finish(limitMs: number): Promise<void> {
    return this.#isDeaf ? Promise.resolve() : this.#transcriber.finish(limitMs);
  }

  close(): void {
    this.#transcriber.close();
  }

  #callMs(audioMs: number): number {
    const piece = this.#pieces.findLast((candidate) => candidate.audioMs <= audioMs) ?? this.#pieces[0];
    if (!piece) return this.#nowMs();
    return Math.max(0, Math.round(this.#parts.sinceAnswerMs(piece.atMs + audioMs - piece.audioMs)));
  }

  #nowMs(): number {
    return Math.max(0, Math.round(this.#parts.sinceAnswerMs(this.#parts.clock.monotonicMs())));
  }
}
