/** One byte that says the side, four of channel, four of counter, then 20 ms of 8 kHz mu-law. */
export const audioHeaderBytes = 9;
export const audioFrameBytes = 160;

/** A buffer for one audio message. It is free again when `release` was called. */
export interface Slot {
  readonly buffer: Buffer;
  /** Made once, so that sending a frame allocates nothing of ours. */
  readonly release: () => void;
}

/** Buffers for audio messages of one socket. They are made as needed, up to a limit, and used again. */
export class FramePool {
  readonly #free: Slot[] = [];
  readonly #limit: number;
  #made = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns null when all of them are on their way: the consumer is too slow, and the frame is to be dropped */
  take(): Slot | null {
    const slot = this.#free.pop();
    if (slot) return slot;
    if (this.#made >= this.#limit) return null;
    this.#made += 1;
    const made: Slot = { buffer: Buffer.alloc(audioHeaderBytes + audioFrameBytes), release: () => this.#free.push(made) };
    return made;
  }
}
