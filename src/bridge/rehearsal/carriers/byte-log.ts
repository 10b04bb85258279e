/** Bytes that only get more, kept in one growing block. */
export class ByteLog {
  #bytes = new Uint8Array(16_000);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A view of what there is; later appends may not show in it. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
