import { FRAME_BYTES, FRAME_MS, SILENCE } from './g711.ts';
import { peakLevel } from './levels.ts';

/** Frames that wait before the first one plays; the network is thought good until it shows otherwise. */
const SHALLOWEST = 2;
/** The deepest that late frames can make it. A person who speaks 100 ms late is still in the conversation. */
const DEEPEST = 5;
/** Frames often come two or three in one piece: so many more than the depth may wait before the oldest are dropped. */
const CLUMP = 2;
/** A power of two above what may wait, so that the place of a frame is a mask away. */
const SLOTS = 16;
/** After so many pulls with nothing to give the microphone is thought silent, and the next frame starts anew. */
const DRY = 5;
/** Two seconds without need for the deepest frame, and the delay shrinks by one. */
const STEADY = 100;
/** How much longer a quiet frame is waited for, whose loss nobody hears. */
const PATIENT = 150;
/** 1 % of full scale: breath and room, no speech. */
const QUIET = 0.01;
/** A counter this far behind, after a pause, is another microphone that counts from its own beginning. Five seconds. */
const OTHER_MICROPHONE = 250;

const silence = new Uint8Array(FRAME_BYTES).fill(SILENCE);

/**
 * Smooths an operator's microphone, which comes over a network unevenly, into one frame each 20 ms. The delay begins at 40 ms, grows by
 * 20 ms (to at most 100) when a frame is late, and shrinks again when the network is steady. What comes after its turn is dropped, and so
 * is what a stall has piled up: nobody is ever heard late. On the audio path; allocates nothing after it was made.
 */
export class JitterBuffer {
  readonly #slots: readonly Uint8Array[];
  /** The counter that each slot holds; -1 for none. */
  readonly #held = new Float64Array(SLOTS).fill(-1);
  #depth = SHALLOWEST;
  /** The counter that plays next. */
  #next = -1;
  /** The highest counter that waits; below `next` when none does. */
  #newest = -2;
  #state: 'idle' | 'filling' | 'playing' = 'idle';
  #fillingSinceMs = 0;
  /** Pulls in a row that found nothing, and for how many of them `next` stood still. */
  #dry = 0;
  #waited = 0;
  #steady = 0;
  #leastLeft = DEEPEST;
  #dropped = 0;

  constructor() {
    const ring = new Uint8Array(SLOTS * FRAME_BYTES);
    this.#slots = Array.from({ length: SLOTS }, (_, slot) => ring.subarray(slot * FRAME_BYTES, (slot + 1) * FRAME_BYTES));
  }

  /** The delay that is aimed at, in milliseconds. */
  get depthMs(): number {
    return this.#depth * FRAME_MS;
  }

  /** Frames that were not played: late, twice there, piled up by a stall, or left out to shorten the delay. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * A frame of the microphone arrived.
   * @param counter goes up by one each 20 ms
   * @param bytes 160 bytes of mu-law; copied. Anything of another length is dropped
   * @param nowMs monotonic
   */
  push(counter: number, bytes: Uint8Array, nowMs: number): void {
    if (bytes.length !== FRAME_BYTES || !Number.isSafeInteger(counter) || counter < 0) {
      this.#dropped += 1;
      return;
    }
    if (this.#state === 'idle') this.#begin(counter, nowMs);
    if (counter < this.#next) {
      this.#dropped += 1;
      return;
    }
    // It came while its turn was held open for it: this much deeper would have been smooth.
    if (this.#waited > 0) {
      this.#depth = Math.min(DEEPEST, this.#depth + this.#waited);
      this.#waited = 0;
      this.#restWatch();
    }
    const most = this.#state === 'filling' ? this.#depth : this.#depth + CLUMP;
    if (counter - this.#next >= most) this.#skipTo(counter - this.#depth + 1);
    const slot = counter & (SLOTS - 1);
    if (this.#held[slot] === counter) {
      this.#dropped += 1;
      return;
    }
    this.#slots[slot]?.set(bytes);
    this.#held[slot] = counter;
    if (counter > this.#newest) this.#newest = counter;
  }

  /**
   * What plays now; to be called each 20 ms.
   * @param nowMs monotonic
   * @returns 160 bytes of mu-law, valid until the next call of anything here; silence where a frame is missing between others; null when
   * the microphone is silent
   */
  pull(nowMs: number): Uint8Array | null {
    if (this.#state === 'idle') return null;
    if (this.#state === 'filling') {
      const isFull = this.#newest - this.#next + 1 >= this.#depth;
      if (!isFull && nowMs - this.#fillingSinceMs < this.#depth * FRAME_MS) return null;
      this.#state = 'playing';
      this.#restWatch();
    }
    if (this.#newest < this.#next) return this.#pullNothing();
    this.#dry = 0;
    const frame = this.#take();
    this.#watch(frame);
    return frame;
  }

  #begin(counter: number, nowMs: number): void {
    if (counter < this.#next && this.#next - counter < OTHER_MICROPHONE) return;
    this.#state = 'filling';
    this.#fillingSinceMs = nowMs;
    this.#held.fill(-1);
    this.#next = counter;
    this.#newest = counter - 1;
    this.#dry = 0;
    this.#waited = 0;
  }

  #take(): Uint8Array {
    const slot = this.#next & (SLOTS - 1);
    const isHere = this.#held[slot] === this.#next;
    this.#held[slot] = -1;
    this.#next += 1;
    return isHere ? (this.#slots[slot] as Uint8Array) : silence;
  }

  /** Its turn is held open for a late frame as long as the delay may grow; then the turn is over. */
  #pullNothing(): null {
    this.#dry += 1;
    if (this.#depth + this.#waited < DEEPEST) this.#waited += 1;
    else this.#next += 1;
    this.#restWatch();
    if (this.#dry >= DRY) {
      this.#state = 'idle';
      this.#waited = 0;
    }
    return null;
  }

  #skipTo(next: number): void {
    for (; this.#next <= this.#newest && this.#next < next; this.#next++) {
      const slot = this.#next & (SLOTS - 1);
      if (this.#held[slot] !== this.#next) continue;
      this.#held[slot] = -1;
      this.#dropped += 1;
    }
    this.#next = next;
    if (this.#newest < next) this.#newest = next - 1;
    this.#restWatch();
  }

  /** Where two frames were always left over, one is enough. A drift between the two clocks ends here as well. */
  #watch(frame: Uint8Array): void {
    this.#leastLeft = Math.min(this.#leastLeft, this.#newest - this.#next + 1);
    this.#steady += 1;
    if (this.#steady < STEADY) return;
    if (this.#leastLeft >= SHALLOWEST) {
      if (this.#steady < STEADY + PATIENT && peakLevel(frame) > QUIET) return;
      this.#skipTo(this.#next + 1);
    }
    this.#depth = Math.max(SHALLOWEST, this.#depth - 1);
    this.#restWatch();
  }

  #restWatch(): void {
    this.#steady = 0;
    this.#leastLeft = DEEPEST;
  }
}
