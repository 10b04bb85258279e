import { FRAME_BYTES } from './g711.ts';
import { mixFrames } from './mix.ts';

/** What waits of the second voice at the most; later than that it is of no use. */
const heldFrames = 4;
/** So much of it is gathered before it is mixed in, lest every frame that comes a little late leaves a hole. */
const reserveFrames = 2;

/**
 * Two voices for one ear. The first comes from a carrier, frame by frame without a pause, and sets the beat. The second comes as it is
 * spoken, waits for the next beat, and is sent alone when the first stalls. On the audio path: allocates nothing.
 */
export class VoiceMix {
  readonly #held = Array.from({ length: heldFrames }, () => new Uint8Array(FRAME_BYTES));
  readonly #out = new Uint8Array(FRAME_BYTES);
  #first = 0;
  #count = 0;
  /** Enough is gathered, or all there is. */
  #isFlowing = false;
  #beatsWaited = 0;
  #sinceBeat = 0;
  #second: Uint8Array | null = null;

  /** What of the second voice is in the last beat, valid as long; null when nothing is. */
  get second(): Uint8Array | null {
    return this.#second;
  }

  /** @param frame 20 ms of the first voice @returns 20 ms of both, valid until the next of this ear */
  beat(frame: Uint8Array): Uint8Array {
    this.#sinceBeat = 0;
    this.#second = null;
    if (this.#count === 0) {
      this.#isFlowing = false;
      this.#beatsWaited = 0;
      return frame;
    }
    if (!this.#isFlowing) {
      this.#beatsWaited += 1;
      if (this.#count < reserveFrames && this.#beatsWaited <= reserveFrames) return frame;
      this.#isFlowing = true;
    }
    this.#second = this.#take();
    mixFrames(frame, this.#second, this.#out);
    return this.#out;
  }

  /** @param frame 20 ms of the second voice @returns what has to go out without the first, which has stalled; valid as above. Mostly null */
  add(frame: Uint8Array): Uint8Array | null {
    this.#sinceBeat += 1;
    const isFull = this.#count === heldFrames;
    const oldest = isFull ? this.#take() : null;
    // While the first voice comes, the oldest is what its slower clock has left over.
    const alone = oldest !== null && this.#sinceBeat > heldFrames ? oldest : null;
    if (alone !== null) this.#out.set(alone);
    this.#held[(this.#first + this.#count) % heldFrames]?.set(frame);
    this.#count += 1;
    return alone === null ? null : this.#out;
  }

  #take(): Uint8Array {
    const frame = this.#held[this.#first] as Uint8Array;
    this.#first = (this.#first + 1) % heldFrames;
    this.#count -= 1;
    return frame;
  }
}
