import { BYTES_PER_MS, decodeSample, SILENCE } from './g711.ts';

/** Bytes of one moment of stereo PCM16. */
const STEREO_SAMPLE_BYTES = 4;

/** What one side can hold that was not drained yet. It is drained twice a second; the rest is room for an event loop that was held up. */
const RING_MS = 3000;
/** The most that one drain gives, so that a clock that leapt (a sleeping machine) does not fill the memory. 30 s are 960 KB. */
const DRAIN_MS = 30_000;
/** The carrier's clock is believed until it is this far from ours. */
const ANCHOR_LIMIT_MS = 200;
/** Late frames are believed this long: after a stall in the network a burst comes, with its old timestamps, and belongs where they say. */
const LATE_FRAMES = 50;
/** Timestamps of carriers are rounded: a frame this close to the end of the last one follows it without a click. */
const SNAP_SAMPLES = 5 * BYTES_PER_MS;

const decoded = Int16Array.from({ length: 256 }, (_, code) => decodeSample(code));

/** One side's audio by its place in the recording. What was not written is silence. Holds the last {@link RING_MS}. */
class Track {
  readonly #ring = new Uint8Array(RING_MS * BYTES_PER_MS).fill(SILENCE);
  /** The first place that may still be written. */
  #from = 0;
  /** One behind the last place that was written. */
  end = 0;

  write(bytes: Uint8Array, place: number): void {
    const size = this.#ring.length;
    const end = place + bytes.length;
    if (end > this.#from + size) this.#forget(end - size);
    let at = Math.max(place, this.#from);
    let slot = at % size;
    if (at === place && slot + bytes.length <= size) {
      this.#ring.set(bytes, slot);
      at = end;
    }
    for (; at < end; at++) {
      this.#ring[slot] = bytes[at - place] as number;
      if (++slot === size) slot = 0;
    }
    if (end > this.end) this.end = end;
  }

  silenceFrom(place: number): void {
    this.#silence(Math.max(place, this.#from), this.end);
    this.end = Math.min(this.end, Math.max(place, 0));
  }

  /** Move everything before `to` out, as every second 16-bit sample of `out`, and forget it. */
  take(from: number, to: number, out: Int16Array, side: 0 | 1): void {
    const size = this.#ring.length;
    let at = Math.max(from, this.#from);
    let slot = at % size;
    for (const stop = Math.min(to, this.end); at < stop; at++) {
      out[(at - from) * 2 + side] = decoded[this.#ring[slot] as number] as number;
      if (++slot === size) slot = 0;
    }
    this.#forget(to);
  }

  #forget(before: number): void {
    this.#silence(this.#from, before);
    this.#from = Math.max(this.#from, before);
  }

  #silence(from: number, to: number): void {
    const size = this.#ring.length;
    if (to <= from) return;
    const first = from % size;
    const count = Math.min(to - from, size);
    this.#ring.fill(SILENCE, first, first + count);
    if (first + count > size) this.#ring.fill(SILENCE, 0, first + count - size);
  }
}

/**
 * Both sides of one call on one sample clock, for the recording: the callee by the carrier's timestamps, our side by when the ear hears
 * it. Writing is on the audio path and allocates nothing; what was drained is fixed, and audio that comes later than that is lost.
 */
export class RecordingTimeline {
  readonly #callee = new Track();
  readonly #ours = new Track();
  #startAtMs: number | null = null;
  #drained = 0;
  /** Place of timestamp zero of the carrier's clock; null before the first frame. */
  #anchor: number | null = null;
  #lateFrames = 0;

  /** Whether the recording has a beginning; before that everything is ignored. */
  get started(): boolean {
    return this.#startAtMs !== null;
  }

  /** Fix position zero. Only the first time counts. @param atMs monotonic */
  start(atMs: number): void {
    this.#startAtMs ??= atMs;
  }

  /**
   * Audio of the callee.
   * @param timestampMs the carrier's clock, of which only differences are used; when it is no number, the frame follows the last one
   * @param arrivedAtMs monotonic
   */
  callee(bytes: Uint8Array, timestampMs: number, arrivedAtMs: number): void {
    if (this.#startAtMs === null) return;
    const now = Math.round((arrivedAtMs - this.#startAtMs) * BYTES_PER_MS);
    const end = this.#callee.end;
    const stamp = Math.round(timestampMs * BYTES_PER_MS);
    const hasStamp = Number.isSafeInteger(stamp);
    if (this.#anchor === null) {
      if (hasStamp) this.#anchor = now - stamp;
      this.#callee.write(bytes, hasStamp || end === 0 ? now : end);
      return;
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
    this.#callee.write(bytes, snapped(place, end));
  }

  /** Audio of our side. @param playAtMs monotonic time at which the callee's ear begins to hear it */
  ours(bytes: Uint8Array, playAtMs: number): void {
    if (this.#startAtMs === null) return;
    this.#ours.write(bytes, snapped(Math.round((playAtMs - this.#startAtMs) * BYTES_PER_MS), this.#ours.end));
  }

  /** Everything of our side from here on was cleared before it was heard. @param atMs monotonic */
  cutOurs(atMs: number): void {
    if (this.#startAtMs === null) return;
    this.#ours.silenceFrom(Math.round((atMs - this.#startAtMs) * BYTES_PER_MS));
  }

  /**
   * Take out, once, everything older than a moment; at most 30 s at a time. Leave some lag to now: frames come unevenly, and what was
   * sent ahead may still be cleared.
   *
   * @param untilMs monotonic
   * @returns 16-bit linear, little-endian, callee and our side in turn (left and right); null when there is nothing
   */
  drain(untilMs: number): Buffer | null {
    if (this.#startAtMs === null) return null;
    const wanted = Math.floor((untilMs - this.#startAtMs) * BYTES_PER_MS);
    const to = Math.min(wanted, this.#drained + DRAIN_MS * BYTES_PER_MS);
    const from = this.#drained;
    if (to <= from) return null;
    const samples = new Int16Array((to - from) * 2);
    this.#callee.take(from, to, samples, 0);
    this.#ours.take(from, to, samples, 1);
    this.#drained = to;
    const audio = Buffer.from(samples.buffer);
    return littleEndian ? audio : audio.swap16();
  }

  /** How much was drained, in bytes of the recording. */
  get drainedBytes(): number {
    return this.#drained * STEREO_SAMPLE_BYTES;
  }
}

function snapped(place: number, end: number): number {
  return Math.abs(place - end) <= SNAP_SAMPLES ? end : place;
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
