import { BYTES_PER_MS, decodeSample, SILENCE } from './g711.ts';

/**
 * How much of one voice is kept: it is drained twice a second, there is room for an event loop that was held up, and who listens can go back
 * to where the file begins to be readable. 32 KB.
 */
const RING_MS = 4_000;
const RING_BYTES = RING_MS * BYTES_PER_MS;
/** The most that one drain gives, so that a clock that leapt (a sleeping machine) does not fill the memory. 30 s are 960 KB in stereo. */
export const drainMaxSamples = 30_000 * BYTES_PER_MS;
/** Timestamps of carriers are rounded: a frame this close to the end of the last one follows it without a click. */
const SNAP_SAMPLES = 5 * BYTES_PER_MS;

const decoded = Int16Array.from({ length: 256 }, (_, code) => decodeSample(code));
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The last seconds of one voice, by its place in the recording. What was not written is silence; what was taken out is fixed, and still read. */
export class RecordingLane {
  /** Made with the first frame: many calls are never answered. What lies at `end` and behind it means nothing. */
  #made: Uint8Array | null = null;
  /** The first place that may still be written. */
  #taken = 0;
  /** The oldest place that is still here. */
  from = 0;
  /** One behind the last place that was written. */
  end = 0;

  get #ring(): Uint8Array {
    this.#made ??= new Uint8Array(RING_BYTES);
    return this.#made;
  }

  write(bytes: Uint8Array, place: number): void {
    const stop = place + bytes.length;
    const start = Math.max(place, this.#taken, this.from, stop - RING_BYTES);
    if (start >= stop) return;
    if (start > this.end) this.#silence(Math.max(this.end, start - RING_BYTES), start);
    let slot = start % RING_BYTES;
    if (start === place && slot + bytes.length <= RING_BYTES) this.#ring.set(bytes, slot);
    else {
      const ring = this.#ring;
      for (let at = start; at < stop; at++) {
        ring[slot] = bytes[at - place] as number;
        if (++slot === RING_BYTES) slot = 0;
      }
    }
    if (stop > this.end) this.end = stop;
    if (this.end - RING_BYTES > this.from) this.from = this.end - RING_BYTES;
  }

  /** Everything from here on was cleared before it was heard. */
  silenceFrom(place: number): void {
    if (place < this.end) this.end = Math.max(place, this.from);
  }

  /** Fix everything before `to`, and copy it out. @param channel which of the `channels` interleaved ones of `out` it is */
  take(from: number, to: number, out: Int16Array, channel: number, channels: number): void {
    const ring = this.#made;
    let at = Math.max(from, this.from);
    if (ring) {
      // In variables: this runs for every sample of every call.
      const stop = Math.min(to, this.end);
      let slot = at % RING_BYTES;
      for (let place = (at - from) * channels + channel; at < stop; at++, place += channels) {
        out[place] = decoded[ring[slot] as number] as number;
        if (++slot === RING_BYTES) slot = 0;
      }
    }
    if (to > this.#taken) this.#taken = to;
  }

  /** @param out filled with what is from this place on */
  read(place: number, out: Uint8Array): void {
    for (let at = 0; at < out.length; at++) {
      const where = place + at;
      out[at] = where < this.end && where >= this.from ? (this.#ring[where % RING_BYTES] as number) : SILENCE;
    }
  }

  #silence(from: number, to: number): void {
    const first = from % RING_BYTES;
    const count = to - from;
    this.#ring.fill(SILENCE, first, Math.min(RING_BYTES, first + count));
    if (first + count > RING_BYTES) this.#ring.fill(SILENCE, 0, first + count - RING_BYTES);
  }
}

/** The place of a frame, joined to the end of the last one where it all but touches it. */
export function snapped(place: number, end: number): number {
  return Math.abs(place - end) <= SNAP_SAMPLES ? end : place;
}

/** The same samples, little-endian, in the same memory. */
export function asPcm(samples: Int16Array): Buffer {
  const audio = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return littleEndian ? audio : audio.swap16();
}
