import { BLOCK_BYTES, borrowBlock, giveBackBlock } from '../../media/audio-blocks.ts';

const bytesPerMs = 8;
const frameBytes = 160;
/** Detectors notice speech after its beginning. */
const marginMs = 500;
/** How late a beginning may be told. */
const noticedWithinMs = 1_500;

/** The last seconds of the lead's sound, so that whoever comes into the call in the middle of a sentence has heard it from its beginning. */
export class LastWords {
  readonly #keepBytes: number;
  readonly #blocks: Buffer[] = [];
  /** Place of the first byte of the first block in all that was heard. */
  #from = 0;
  #total = 0;
  #sentenceAt: number | null = null;

  /** @param keepMs a longer sentence is known from its middle on */
  constructor(keepMs: number) {
    this.#keepBytes = keepMs * bytesPerMs;
  }

  /** On the audio path. */
  hear(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length; ) {
      const at = (this.#total - this.#from) % BLOCK_BYTES;
      if (this.#total - this.#from === this.#blocks.length * BLOCK_BYTES) this.#extend();
      const count = Math.min(BLOCK_BYTES - at, bytes.length - taken);
      this.#blocks.at(-1)?.set(count === bytes.length ? bytes : bytes.subarray(taken, taken + count), at);
      this.#total += count;
      taken += count;
    }
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
    return (this.#pendingFrames * frameBytes) / bytesPerMs;
  }

  /** A copy of it, in whole frames as they came. */
  get pending(): Uint8Array {
    const sound = new Uint8Array(this.#pendingFrames * frameBytes);
    this.#read(this.#total - sound.length, sound);
    return sound;
  }

  /** Hear it again, frame by frame. */
  replay(hear: (frame: Uint8Array) => void): void {
    if (this.#sentenceAt === null) return;
    const end = this.#total;
    const frame = new Uint8Array(frameBytes);
    for (let at = this.#kept(this.#sentenceAt); at + frameBytes <= end; at += frameBytes) {
      this.#read(at, frame);
      hear(frame);
    }
  }

  /** One more block, once what nobody will ask for any more is given back. */
  #extend(): void {
    const needed = this.#kept(this.#sentenceAt ?? this.#total - (noticedWithinMs + marginMs) * bytesPerMs);
    while (this.#blocks.length > 0 && this.#from + BLOCK_BYTES <= needed) {
      const [block] = this.#blocks.splice(0, 1);
      if (block) giveBackBlock(block);
      this.#from += BLOCK_BYTES;
    }
    this.#blocks.push(borrowBlock());
  }

  get #pendingFrames(): number {
    return this.#sentenceAt === null ? 0 : Math.floor((this.#total - this.#kept(this.#sentenceAt)) / frameBytes);
  }

  #read(place: number, out: Uint8Array): void {
    for (let done = 0; done < out.length; ) {
      const at = place + done - this.#from;
      const block = this.#blocks[Math.floor(at / BLOCK_BYTES)];
      const from = at % BLOCK_BYTES;
      const count = Math.min(BLOCK_BYTES - from, out.length - done);
      if (block) out.set(block.subarray(from, from + count), done);
      done += count;
    }
  }

  /** @returns this place, or the oldest one behind it that is still here */
  #kept(place: number): number {
    return Math.max(place, this.#total - this.#keepBytes, this.#from);
  }
}
