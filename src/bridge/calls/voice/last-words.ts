import { BLOCK_BYTES, borrowBlock, giveBackBlock } from '../../media/audio-blocks.ts';

const bytesPerMs = 8;
const frameBytes = 160;
/** Detectors notice speech after its beginning. */
const marginMs = 500;
/** How late a beginning may be told. */
const noticedWithinMs = 1_500;
/** This machine notices a voice sooner: so much before it, the sentence that came before is over. */
const voiceMarginMs = 300;
/** A voice that began longer ago and is not there any more is no part of what is being said. */
const voiceKeptMs = noticedWithinMs + marginMs;

/** The last seconds of the lead's sound, so that whoever comes into the call in the middle of a sentence has heard it from its beginning. */
export class LastWords {
  readonly #keepBytes: number;
  readonly #blocks: Buffer[] = [];
  /** Place of the first byte of the first block in all that was heard. */
  #from = 0;
  #total = 0;
  #sentenceAt: number | null = null;
  /** Where a voice began that nobody has called a sentence yet. */
  #voiceAt: number | null = null;

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

  /** This machine hears a voice begin. Whoever hears for the AI may call it a sentence a little later, or never. */
  voiceBegan(): void {
    if (!this.hasVoice(false)) this.#voiceAt = Math.max(0, this.#total - voiceMarginMs * bytesPerMs);
  }

  /** Nobody has called a voice a sentence that was here just now, or still is. @param isThere somebody speaks at this moment */
  hasVoice(isThere: boolean): boolean {
    return this.#voiceAt !== null && (isThere || this.#total - this.#voiceAt <= voiceKeptMs * bytesPerMs);
  }

  /** A sentence began so long ago. */
  began(agoMs: number): void {
    this.#sentenceAt = Math.max(0, this.#total - Math.round((agoMs + marginMs) * bytesPerMs));
  }

  /** Whoever hears for the AI has told of the voice as well, or nobody is to hear it again. */
  voiceTold(): void {
    this.#voiceAt = null;
  }

  /** It is known in words; nobody has to hear it again. */
  understood(): void {
    this.#sentenceAt = null;
  }

  /** How much there is to hear again. */
  get pendingMs(): number {
    return msOf(this.#framesFrom(this.#sentenceAt));
  }

  /** How much there is to hear of a voice that nobody has called a sentence. */
  get voiceMs(): number {
    return msOf(this.#framesFrom(this.#voiceAt));
  }

  /** A copy of it, in whole frames as they came. */
  get pending(): Uint8Array {
    const sound = new Uint8Array(this.#framesFrom(this.#sentenceAt) * frameBytes);
    this.#read(this.#total - sound.length, sound);
    return sound;
  }

  /** A copy of it without what came in the last milliseconds. */
  pendingUntil(agoMs: number): Uint8Array {
    const { pending } = this;
    return pending.subarray(0, Math.max(0, pending.length - Math.round(agoMs) * bytesPerMs));
  }

  /** Hear it again, frame by frame. */
  replay(hear: (frame: Uint8Array) => void): void {
    this.#replayFrom(this.#sentenceAt, hear);
  }

  /** Hear the voice again that nobody has called a sentence, frame by frame. */
  replayVoice(hear: (frame: Uint8Array) => void): void {
    this.#replayFrom(this.#voiceAt, hear);
  }

  #replayFrom(place: number | null, hear: (frame: Uint8Array) => void): void {
    if (place === null) return;
    const end = this.#total;
    const frame = new Uint8Array(frameBytes);
    for (let at = this.#kept(place); at + frameBytes <= end; at += frameBytes) {
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

  #framesFrom(place: number | null): number {
    return place === null ? 0 : Math.floor((this.#total - this.#kept(place)) / frameBytes);
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

function msOf(frames: number): number {
  return (frames * frameBytes) / bytesPerMs;
}
