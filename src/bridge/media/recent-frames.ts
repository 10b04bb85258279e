import { FRAME_BYTES } from './g711.ts';

/** The last frames of a line, each with what it belongs to. Allocates nothing for a frame. */
export class RecentFrames {
  readonly #bytes: Uint8Array;
  readonly #owners: (object | null)[];
  readonly #counts: Uint8Array;
  #next = 0;

  /** @param frames so many are kept */
  constructor(frames: number) {
    this.#bytes = new Uint8Array(frames * FRAME_BYTES);
    this.#owners = Array.from({ length: frames }, () => null);
    this.#counts = new Uint8Array(frames);
  }

  /** @param count how many of the frame's bytes are audio */
  add(owner: object, frame: Uint8Array, count: number): void {
    this.#bytes.set(frame, this.#next * FRAME_BYTES);
    this.#owners[this.#next] = owner;
    this.#counts[this.#next] = count;
    this.#next = (this.#next + 1) % this.#owners.length;
  }

  /** @returns a copy of the last so many bytes of one owner; fewer when not as many are kept */
  last(owner: object, bytes: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let place = 0; place < this.#owners.length; place++) {
      const slot = (this.#next + place) % this.#owners.length;
      const from = slot * FRAME_BYTES;
      if (this.#owners[slot] === owner) pieces.push(this.#bytes.subarray(from, from + (this.#counts[slot] as number)));
    }
    const all = Buffer.concat(pieces);
    return all.subarray(Math.max(0, all.length - bytes));
  }

  forget(): void {
    this.#owners.fill(null);
  }
}
