import type { TurnParts } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';

const bytesPerMs = 8;

/** One turn on the monotonic clock. */
export interface AnsweredTurn {
  readonly endOfSpeechAtMs: number;
  readonly firstAudioAtMs: number;
  readonly parts: TurnParts;
}

/** From five moments, the four times between them; one that comes too early takes none. Whole milliseconds whose sum is the whole time. */
function partsOf(moments: readonly number[]): TurnParts {
  let before = moments[0] ?? 0;
  const from = before;
  const [endpointMs = 0, thinkMs = 0, sendMs = 0, playMs = 0] = moments.slice(1).map((moment) => {
    const until = Math.max(before, moment);
    const ms = Math.round(until - from) - Math.round(before - from);
    before = until;
    return ms;
  });
  return { endpointMs, thinkMs, sendMs, playMs };
}

/**
 * Puts the engine's clock and ours together. The engine counts the milliseconds of callee audio that it was given; we know when each was
 * given, so a place in its audio is a moment of the call.
 */
export class TurnClock {
  readonly #clock: Clock;
  #bytes = 0;
  #anyAudio = false;
  #firstAtMs: number | null = null;
  #endOfSpeechAtMs: number | null = null;
  /** When the engine knew that the lead had finished, and when the first audio of the answer to that was here. */
  #noticedAtMs = 0;
  #firstHereAtMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** On the audio path. @param bytes length of the callee audio just given to the engine */
  heard(bytes: number): void {
    if (this.#firstAtMs === null) this.#firstAtMs = this.#clock.monotonicMs();
    this.#bytes += bytes;
    this.#anyAudio = true;
  }

  get anyAudio(): boolean {
    return this.#anyAudio;
  }

  /** Another session hears from here on, and counts from nothing. @param againMs how much of what was heard before it hears again */
  restart(againMs = 0): void {
    this.#bytes = 0;
    this.#firstAtMs = againMs > 0 ? this.#clock.monotonicMs() - againMs : null;
    this.#endOfSpeechAtMs = null;
  }

  /** The lead speaks again: nobody owes an answer to what went before. */
  started(): void {
    this.#endOfSpeechAtMs = null;
  }

  stopped(sessionAudioMs: number): void {
    this.#endOfSpeechAtMs = this.#momentOf(sessionAudioMs);
    this.#noticedAtMs = this.#clock.monotonicMs();
    this.#firstHereAtMs = null;
  }

  /** The engine tells when it knew that the turn was over, and when the first sound of its answer was there; monotonic. */
  told({ turnOverAtMs, firstAudioAtMs }: { readonly turnOverAtMs: number; readonly firstAudioAtMs: number }): void {
    if (this.#endOfSpeechAtMs === null) return;
    this.#noticedAtMs = turnOverAtMs;
    this.#firstHereAtMs = firstAudioAtMs;
  }

  /** Audio of an answer is here. On the audio path. */
  audioCame(): void {
    if (this.#endOfSpeechAtMs !== null) this.#firstHereAtMs ??= this.#clock.monotonicMs();
  }

  /** The first audio of an answer is sent, and will be heard at this moment. @returns the turn it answers, once */
  answered(atMs: number): AnsweredTurn | null {
    if (this.#endOfSpeechAtMs === null) return null;
    const nowMs = this.#clock.monotonicMs();
    const turn = {
      endOfSpeechAtMs: this.#endOfSpeechAtMs,
      firstAudioAtMs: Math.max(atMs, this.#endOfSpeechAtMs),
      parts: partsOf([this.#endOfSpeechAtMs, this.#noticedAtMs, this.#firstHereAtMs ?? nowMs, nowMs, atMs]),
    };
    this.#endOfSpeechAtMs = null;
    return turn;
  }

  /** @returns milliseconds since the answer of a place in the session's audio */
  callMs(sessionAudioMs: number, sinceAnswerMs: (monotonicMs: number) => number): number {
    return Math.max(0, Math.round(sinceAnswerMs(this.#momentOf(sessionAudioMs))));
  }

  /** How long ago a place in the session's audio was heard. */
  agoMs(sessionAudioMs: number): number {
    return Math.max(0, this.#clock.monotonicMs() - this.#momentOf(sessionAudioMs));
  }

  #momentOf(sessionAudioMs: number): number {
    const nowMs = this.#clock.monotonicMs();
    const behindMs = this.#bytes / bytesPerMs - sessionAudioMs;
    // The padding before speech may reach before the first frame.
    return Math.min(nowMs, Math.max(this.#firstAtMs ?? nowMs, nowMs - behindMs));
  }
}
