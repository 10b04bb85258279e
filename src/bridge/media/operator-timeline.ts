import { BYTES_PER_MS } from './g711.ts';
import { asPcm, drainMaxSamples, RecordingLane, snapped } from './recording-lane.ts';
import { borrowSamples } from './sample-blocks.ts';

/**
 * One operator's voice by its place in the recording of the call, apart from everything else on our side. Writing is on the audio path and
 * allocates nothing.
 */
export class OperatorTimeline {
  readonly #lane = new RecordingLane();
  readonly #zeroAtMs: number;
  #drained: number;

  /** @param zeroAtMs monotonic, where the recording begins @param fromMs monotonic; before it there is silence that is not drained */
  constructor(zeroAtMs: number, fromMs: number) {
    this.#zeroAtMs = zeroAtMs;
    this.#drained = Math.max(0, this.#placeOf(fromMs));
  }

  /** Samples of silence that belong before what is drained first. */
  get leadSamples(): number {
    return this.#drained;
  }

  /** @param playAtMs monotonic time at which the callee's ear begins to hear it */
  write(bytes: Uint8Array, playAtMs: number): void {
    this.#lane.write(bytes, snapped(this.#placeOf(playAtMs), this.#lane.end));
  }

  /** Everything from here on was cleared before it was heard. @param atMs monotonic */
  cut(atMs: number): void {
    this.#lane.silenceFrom(this.#placeOf(atMs));
  }

  /** Take out, once, everything older than a moment. @returns 16-bit linear, little-endian, one channel; null when there is nothing */
  drain(untilMs: number): Buffer | null {
    const from = this.#drained;
    const to = Math.min(Math.floor((untilMs - this.#zeroAtMs) * BYTES_PER_MS), from + drainMaxSamples);
    if (to <= from) return null;
    const samples = borrowSamples(to - from);
    this.#lane.take(from, to, samples, 0, 1);
    this.#drained = to;
    return asPcm(samples);
  }

  #placeOf(atMs: number): number {
    return Math.round((atMs - this.#zeroAtMs) * BYTES_PER_MS);
  }
}
