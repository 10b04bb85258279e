import { BLOCK_BYTES, borrowBlock, giveBackBlock } from './audio-blocks.ts';
import { FRAME_BYTES, SILENCE } from './g711.ts';

/**
 * Audio that waits to be sent: bytes in at one end in any length, whole frames out at the other. The storage is shared by all calls
 * and used again, so that a frame costs no allocation.
 */
export class ByteQueue {
  readonly #blocks: Buffer[] = [];
  #readAt = 0;
  #length = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length; ) {
      const writeAt = (this.#readAt + this.#length) % BLOCK_BYTES;
      if (this.#readAt + this.#length === this.#blocks.length * BLOCK_BYTES) {
        this.#blocks.push(borrowBlock());
      }
      const block = this.#blocks[this.#blocks.length - 1] as Buffer;
      const count = Math.min(BLOCK_BYTES - writeAt, bytes.length - taken);
      block.set(count === bytes.length ? bytes : bytes.subarray(taken, taken + count), writeAt);
      taken += count;
      this.#length += count;
    }
  }

  /**
   * Take the oldest frame out; what is missing at the end is filled up with silence.
   * @param frame 160 bytes, written over
   * @returns how many of them are audio
   */
  takeFrame(frame: Uint8Array): number {
    const [block] = this.#blocks;
    if (block === undefined) {
      frame.fill(SILENCE);
      return 0;
    }
    const count = Math.min(FRAME_BYTES, this.#length);
    block.copy(frame, 0, this.#readAt, this.#readAt + count);
    if (count < FRAME_BYTES) frame.fill(SILENCE, count);
    this.#length -= count;
    this.#readAt += count;
    if (this.#length === 0 || this.#readAt === BLOCK_BYTES) this.#recycleFirst();
    return count;
  }

  /** Drop everything. */
  clear(): void {
    this.#length = 0;
    while (this.#blocks.length > 0) this.#recycleFirst();
  }

  #recycleFirst(): void {
    this.#readAt = 0;
    const block = this.#blocks.shift();
    if (block !== undefined) giveBackBlock(block);
  }
}
