const bytesPerMs = 8;
const frameBytes = 160;
/** Detectors notice speech after its beginning. */
const marginMs = 500;

/** The last seconds of the lead's sound, so that whoever comes into the call in the middle of a sentence has heard it from its beginning. */
export class LastWords {
  readonly #ring: Uint8Array;
  #total = 0;
  #sentenceAt: number | null = null;

  /** @param keepMs a longer sentence is known from its middle on */
  constructor(keepMs: number) {
    this.#ring = new Uint8Array(keepMs * bytesPerMs);
  }

  /** On the audio path. */
  hear(bytes: Uint8Array): void {
    const at = this.#total % this.#ring.length;
    const first = Math.min(bytes.length, this.#ring.length - at);
    this.#ring.set(first === bytes.length ? bytes : bytes.subarray(0, first), at);
    if (first < bytes.length) this.#ring.set(bytes.subarray(first), 0);
    this.#total += bytes.length;
  }

  /** A sentence began so long ago. */
  began(agoMs: number): void {
    this.#sentenceAt = Math.max(0, this.#total - Math.round((agoMs + marginMs) * bytesPerMs));
  }

  /** It is known in words; nobody has to hear it again. */
  understood(): void {
    this.#sentenceAt = null;
  }

  /** How much there is to hear again. */
  get pendingMs(): number {
    return this.#sentenceAt === null
      ? 0
      : Math.floor((this.#total - this.#from(this.#sentenceAt)) / frameBytes) * (frameBytes / bytesPerMs);
  }

  /** Hear it again, frame by frame. */
  replay(hear: (frame: Uint8Array) => void): void {
    if (this.#sentenceAt === null) return;
    const end = this.#total;
    const frame = new Uint8Array(frameBytes);
    for (let at = this.#from(this.#sentenceAt); at + frameBytes <= end; at += frameBytes) {
      for (let index = 0; index < frameBytes; index += 1) frame[index] = this.#ring[(at + index) % this.#ring.length] ?? 0xff;
      hear(frame);
    }
  }

  #from(sentenceAt: number): number {
    return Math.max(sentenceAt, this.#total - this.#ring.length);
  }
}
