import { BYTES_PER_MS, FRAME_BYTES, FRAME_MS, SILENCE } from './g711.ts';

/** Longer than the recording's file is behind, which is a second; what is older is read from there. 64 KB for both sides. */
const HELD_MS = 4_000;
const HELD_BYTES = HELD_MS * BYTES_PER_MS;

/** The callee, and our side. */
export type Side = 1 | 2;

class HistoryLane {
  /** Made with the first frame: many calls are never answered. */
  #made: Uint8Array | null = null;
  /** The oldest place that is still here. */
  from = 0;
  /** One behind the last place that was written. */
  end = 0;

  get #ring(): Uint8Array {
    this.#made ??= new Uint8Array(HELD_BYTES).fill(SILENCE);
    return this.#made;
  }

  write(bytes: Uint8Array, place: number): void {
    if (place < this.from || bytes.length > HELD_BYTES) return;
    if (place > this.end) this.#silence(Math.max(this.end, place - HELD_BYTES), place);
    const slot = place % HELD_BYTES;
    const first = Math.min(bytes.length, HELD_BYTES - slot);
    if (first === bytes.length) this.#ring.set(bytes, slot);
    else {
      for (let at = 0; at < bytes.length; at++) this.#ring[(slot + at) % HELD_BYTES] = bytes[at] as number;
    }
    this.end = Math.max(this.end, place + bytes.length);
    this.from = Math.max(this.from, this.end - HELD_BYTES);
  }

  silenceFrom(place: number): void {
    if (place >= this.end) return;
    this.#silence(Math.max(place, this.from), this.end);
    this.end = Math.max(this.from, place);
  }

  read(place: number, out: Uint8Array): void {
    for (let at = 0; at < out.length; at++) {
      const where = place + at;
      out[at] = where < this.end && where >= this.from ? (this.#ring[where % HELD_BYTES] as number) : SILENCE;
    }
  }

  #silence(from: number, to: number): void {
    const slot = from % HELD_BYTES;
    const count = to - from;
    this.#ring.fill(SILENCE, slot, Math.min(HELD_BYTES, slot + count));
    if (slot + count > HELD_BYTES) this.#ring.fill(SILENCE, 0, slot + count - HELD_BYTES);
  }
}

/**
 * The last seconds of a running call, both sides on the clock of its recording, for whoever listens and wants to hear something again.
 * Frames are numbered by 20 ms from the recording's beginning. Writing is on the audio path: no allocation, no disk.
 */
export class AudioHistory {
  readonly #lanes: Readonly<Record<Side, HistoryLane>> = { 1: new HistoryLane(), 2: new HistoryLane() };

  /** @param place samples from the recording's beginning; negative is before it, and ignored @returns the frame's number */
  write(side: Side, bytes: Uint8Array, place: number): number {
    if (place >= 0) this.#lanes[side].write(bytes, place);
    return Math.max(0, Math.round(place / FRAME_BYTES));
  }

  /** Everything of our side from here on was cleared before it was heard. */
  cutOurs(place: number): void {
    this.#lanes[2].silenceFrom(place);
  }

  /** Number of the oldest frame that can be read. */
  get oldest(): number {
    return Math.ceil(Math.max(this.#lanes[1].from, this.#lanes[2].from) / FRAME_BYTES);
  }

  /** Number behind the newest frame of a side; our side is sent before it is heard. */
  end(side: Side): number {
    return Math.ceil(this.#lanes[side].end / FRAME_BYTES);
  }

  /** @param out 160 bytes; silence where nothing was heard @returns false when it is too old to be here */
  read(side: Side, number: number, out: Uint8Array): boolean {
    if (number < this.oldest) return false;
    this.#lanes[side].read(number * FRAME_BYTES, out);
    return true;
  }
}

/** The number of the frame that is heard at a moment. @param sinceZeroMs from the recording's beginning */
export function frameAt(sinceZeroMs: number): number {
  return Math.max(0, Math.floor(sinceZeroMs / FRAME_MS));
}
