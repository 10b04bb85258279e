import { BYTES_PER_MS, decodeSample, SILENCE } from './g711.ts';

/** What one voice can hold that was not drained yet. It is drained twice a second; the rest is room for an event loop that was held up. */
const RING_MS = 3000;
/** The most that one drain gives, so that a clock that leapt (a sleeping machine) does not fill the memory. 30 s are 960 KB in stereo. */
export const drainMaxSamples = 30_000 * BYTES_PER_MS;
/** Timestamps of carriers are rounded: a frame this close to the end of the last one follows it without a click. */
const SNAP_SAMPLES = 5 * BYTES_PER_MS;

const decoded = Int16Array.from({ length: 256 }, (_, code) => decodeSample(code));
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** One voice by its place in the recording. What was not written is silence. Holds the last {@link RING_MS}. */
export class RecordingLane {
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

  /** Move everything before `to` out and forget it. @param channel which of the `channels` interleaved ones of `out` it is */
  take(from: number, to: number, out: Int16Array, channel: number, channels: number): void {
    const size = this.#ring.length;
    let at = Math.max(from, this.#from);
    let slot = at % size;
    for (const stop = Math.min(to, this.end); at < stop; at++) {
      out[(at - from) * channels + channel] = decoded[this.#ring[slot] as number] as number;
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

/** The place of a frame, joined to the end of the last one where it all but touches it. */
export function snapped(place: number, end: number): number {
  return Math.abs(place - end) <= SNAP_SAMPLES ? end : place;
}

/** The same samples, little-endian, in the same memory. */
export function asPcm(samples: Int16Array): Buffer {
  const audio = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return littleEndian ? audio : audio.swap16();
}
