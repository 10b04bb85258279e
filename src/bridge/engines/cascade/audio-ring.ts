/** The last of the callee's audio, for a provider that takes over in the middle: places count all bytes of the session. */
export class AudioRing {
  readonly #bytes: Uint8Array;
  #end = 0;

  /** @param capacity in bytes */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Place behind the newest byte. */
  get end(): number {
    return this.#end;
  }

  /** Place of the oldest byte that is still here. */
  get start(): number {
    return Math.max(0, this.#end - this.#bytes.length);
  }

  /** On the audio path. */
  push(bytes: Uint8Array): void {
    const capacity = this.#bytes.length;
    const at = this.#end % capacity;
    const first = Math.min(bytes.length, capacity - at);
    this.#bytes.set(first === bytes.length ? bytes : bytes.subarray(0, first), at);
    if (first < bytes.length) this.#bytes.set(bytes.subarray(first), 0);
    this.#end += bytes.length;
  }

  /** @param take gets everything from this place on, in pieces that are valid during the call @returns from where it really was */
  read(from: number, take: (bytes: Uint8Array) => void, pieceBytes = 1_600): number {
    const begin = Math.max(from, this.start);
    const capacity = this.#bytes.length;
    for (let place = begin; place < this.#end; ) {
      const at = place % capacity;
      const count = Math.min(pieceBytes, this.#end - place, capacity - at);
      take(this.#bytes.subarray(at, at + count));
      place += count;
    }
    return begin;
  }
}
