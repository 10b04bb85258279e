import { AudioHistory } from './audio-history.ts';
import { BYTES_PER_MS } from './g711.ts';
import { asPcm, drainMaxSamples, snapped } from './recording-lane.ts';
import { borrowSamples } from './sample-blocks.ts';

/** Bytes of one moment of stereo PCM16. */
const STEREO_SAMPLE_BYTES = 4;

/** The carrier's clock is believed until it is this far from ours. */
const ANCHOR_LIMIT_MS = 200;
/** Late frames are believed this long: after a stall in the network a burst comes, with its old timestamps, and belongs where they say. */
const LATE_FRAMES = 50;
/**
 * Both sides of one call on one sample clock, for the recording: the callee by the carrier's timestamps, our side by when the ear hears
 * it. Writing is on the audio path and allocates nothing; what was drained is fixed, and audio that comes later than that is lost.
 */
export class RecordingTimeline {
  /** What was written last, for who listens. */
  readonly history = new AudioHistory();
  readonly #callee = this.history.lanes[1];
  readonly #ours = this.history.lanes[2];
  #startAtMs: number | null = null;
  #drained = 0;
  /** Place of timestamp zero of the carrier's clock; null before the first frame. */
  #anchor: number | null = null;
  #lateFrames = 0;

  /** Whether the recording has a beginning; before that everything is ignored. */
  get started(): boolean {
    return this.#startAtMs !== null;
  }

  /** Monotonic time of position zero; null before it is fixed. */
  get startAtMs(): number | null {
    return this.#startAtMs;
  }

  /** Fix position zero. Only the first time counts. @param atMs monotonic */
  start(atMs: number): void {
    this.#startAtMs ??= atMs;
  }

  /**
   * Audio of the callee.
   * @param timestampMs the carrier's clock, of which only differences are used; when it is no number, the frame follows the last one
   * @param arrivedAtMs monotonic
   * @returns its place, in samples; -1 before the start
   */
  callee(bytes: Uint8Array, timestampMs: number, arrivedAtMs: number): number {
    if (this.#startAtMs === null) return -1;
    const now = Math.round((arrivedAtMs - this.#startAtMs) * BYTES_PER_MS);
    const end = this.#callee.end;
    const stamp = Math.round(timestampMs * BYTES_PER_MS);
    const hasStamp = Number.isSafeInteger(stamp);
    if (this.#anchor === null) {
      if (hasStamp) this.#anchor = now - stamp;
      const first = hasStamp || end === 0 ? now : end;
      this.#callee.write(bytes, first);
      return first;
    }
    let place = hasStamp ? this.#anchor + stamp : end;
    const late = now - place;
    const limit = ANCHOR_LIMIT_MS * BYTES_PER_MS;
    this.#lateFrames = late > limit ? this.#lateFrames + 1 : 0;
    // Audio cannot come before it was spoken, so a clock that runs ahead is wrong at once; one that lags may only have been held up.
    if (late < -limit || this.#lateFrames > LATE_FRAMES) {
      place = now;
      if (hasStamp) this.#anchor = now - stamp;
      this.#lateFrames = 0;
    }
    place = snapped(place, end);
    this.#callee.write(bytes, place);
    return place;
  }

  /** Audio of our side. @param playAtMs monotonic time at which the callee's ear begins to hear it @returns its place, as for the callee */
  ours(bytes: Uint8Array, playAtMs: number): number {
    if (this.#startAtMs === null) return -1;
    const place = snapped(Math.round((playAtMs - this.#startAtMs) * BYTES_PER_MS), this.#ours.end);
    this.#ours.write(bytes, place);
    return place;
  }

  /** Everything of our side from here on was cleared before it was heard. @param atMs monotonic */
  cutOurs(atMs: number): void {
    if (this.#startAtMs !== null) this.#ours.silenceFrom(Math.round((atMs - this.#startAtMs) * BYTES_PER_MS));
  }

  /**
   * Take out, once, everything older than a moment; at most 30 s at a time. Leave some lag to now: frames come unevenly, and what was
   * sent ahead may still be cleared.
   *
   * @param untilMs monotonic
   * @returns 16-bit linear, little-endian, callee and our side in turn (left and right), to be given back to {@link giveBackSamples}; null when there is nothing
   */
  drain(untilMs: number): Buffer | null {
    if (this.#startAtMs === null) return null;
    const wanted = Math.floor((untilMs - this.#startAtMs) * BYTES_PER_MS);
    const to = Math.min(wanted, this.#drained + drainMaxSamples);
    const from = this.#drained;
    if (to <= from) return null;
    const samples = borrowSamples((to - from) * 2);
    this.#callee.take(from, to, samples, 0, 2);
    this.#ours.take(from, to, samples, 1, 2);
    this.#drained = to;
    return asPcm(samples);
  }

  /** How much was drained, in bytes of the recording. */
  get drainedBytes(): number {
    return this.#drained * STEREO_SAMPLE_BYTES;
  }
}
