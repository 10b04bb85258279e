import type { Clock } from '#bridge/contract/clock.ts';

const bytesPerMs = 8;

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
  }

  /** The first audio of an answer will be heard at this moment. @returns the turn it answers, once */
  answered(atMs: number): { readonly endOfSpeechAtMs: number; readonly firstAudioAtMs: number } | null {
    if (this.#endOfSpeechAtMs === null) return null;
    const turn = { endOfSpeechAtMs: this.#endOfSpeechAtMs, firstAudioAtMs: Math.max(atMs, this.#endOfSpeechAtMs) };
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
