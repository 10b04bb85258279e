import { FRAME_BYTES, FRAME_MS, SILENCE } from './g711.ts';
import { ToneFrame } from './tone-frame.ts';

/** Told as it is noticed. Moments are on the clock of `hear`. */
export interface ToneHandlers {
  /** A single tone and the silence after it: the machine records now. @param atMs where the tone ended */
  beep(atMs: number, hz: number): void;
  /** A fax machine calls (1100 Hz) or answers (2100 Hz). @param atMs where its tone began */
  fax(atMs: number): void;
}

/** Real tones give .91 or more down to 10 dB above the noise, vowels at most about .5. */
const leastPurity = 0.85;
const mostDriftHz = 30;
/** 80 ms to 1.6 s. */
const leastFrames = 4;
const mostFrames = 80;
/** Behind a beep it is silent: three frames. Music and speech go on. */
const gapFrames = 3;
/** Silence is this much below the tone. */
const gapShare = 0.12;
const gapRms = 120;
/** Below, a tone counts only when it does not beat: ringback is two tones. */
const beatBelowHz = 500;
const leastHz = 350;
const mostHz = 2_200;
/** How much a single tone's loudness may swing between its frames, its first and last apart. */
const mostSwing = 1.35;
/** The three rising tones in front of "the number you have dialled". */
const sitHz: readonly (readonly number[])[] = [[914, 985], [1371, 1429], [1777]];
const sitTones = 3;
const sitDriftHz = 25;
const callingHz = 1_100;
const answeringHz = 2_100;
const faxDriftHz = 38;
/** A calling tone sounds for half a second, an answering tone for at least two. A beep of 1100 Hz is shorter, or stands behind a greeting. */
const callingFrames = 23;
const answeringFrames = 75;

/**
 * Hears the beep of an answering machine and the tones of a fax: one steady tone, by Goertzel's recursion on frames of 20 ms. Two tones
 * (keys, busy, most chords), speech and noise are none. On the audio path; allocates nothing for a frame.
 */
export class BeepDetector {
  readonly #on: ToneHandlers;
  readonly #frame = new Uint8Array(FRAME_BYTES).fill(SILENCE);
  readonly #tone = new ToneFrame();
  #filled = 0;
  /** Of the tone that goes on, or has just ended. */
  #frames = 0;
  #sumHz = 0;
  #startMs = 0;
  #endMs = 0;
  #loudest = 0;
  #quietest = Number.POSITIVE_INFINITY;
  #lastRms = 0;
  #gap = 0;
  #isOver = true;
  #faxTold = false;
  #risen = 0;

  constructor(on: ToneHandlers) {
    this.#on = on;
  }

  /** @param bytes mu-law of any length @param atMs place of its beginning on a clock of the caller's */
  hear(bytes: Uint8Array, atMs: number): void {
    // Nearly always it is one frame, and whole.
    if (bytes.length === FRAME_BYTES && this.#filled === 0) {
      this.#tone.look(bytes);
      this.#hearFrame(atMs + FRAME_MS);
      return;
    }
    for (let at = 0; at < bytes.length; at++) {
      this.#frame[this.#filled++] = bytes[at] as number;
      if (this.#filled < FRAME_BYTES) continue;
      this.#filled = 0;
      this.#tone.look(this.#frame);
      this.#hearFrame(atMs + ((at + 1) * FRAME_MS) / FRAME_BYTES);
    }
  }

  #hearFrame(endMs: number): void {
    const tone = this.#tone;
    const isTone = tone.purity >= leastPurity && tone.hz >= leastHz && tone.hz <= mostHz;
    if (this.#isOver) {
      if (isTone) this.#begin(endMs);
      return;
    }
    if (isTone && this.#gap === 0 && Math.abs(tone.hz - this.#sumHz / this.#frames) <= mostDriftHz) {
      this.#goOn(endMs);
      return;
    }
    this.#end(endMs, isTone);
  }

  #begin(endMs: number): void {
    this.#isOver = false;
    this.#frames = 1;
    this.#sumHz = this.#tone.hz;
    this.#startMs = endMs - FRAME_MS;
    this.#endMs = endMs;
    this.#loudest = 0;
    this.#quietest = Number.POSITIVE_INFINITY;
    this.#lastRms = this.#tone.rms;
    this.#gap = 0;
  }

  #goOn(endMs: number): void {
    // The frame before is certainly no edge of the tone; its very first one may be.
    if (this.#frames > 1) {
      this.#loudest = Math.max(this.#loudest, this.#lastRms);
      this.#quietest = Math.min(this.#quietest, this.#lastRms);
    }
    this.#frames += 1;
    this.#sumHz += this.#tone.hz;
    this.#endMs = endMs;
    this.#lastRms = this.#tone.rms;
    this.#lookForFax();
  }

  #end(endMs: number, isTone: boolean): void {
    const isSilent = this.#tone.rms <= Math.max(gapRms, this.#loudest * gapShare);
    this.#gap += 1;
    // The frame in which it ends holds some of it.
    if (!isSilent && this.#gap > 1) {
      this.#isOver = true;
      this.#noteRise();
      if (isTone) this.#begin(endMs);
      return;
    }
    if (this.#gap <= gapFrames) return;
    this.#isOver = true;
    this.#noteRise();
    if (this.#isBeep()) this.#on.beep(this.#endMs, this.#sumHz / this.#frames);
  }

  #isBeep(): boolean {
    if (this.#frames < leastFrames || this.#frames > mostFrames) return false;
    const hz = this.#sumHz / this.#frames;
    const isSwinging = this.#frames > leastFrames && this.#loudest > this.#quietest * mostSwing;
    if (isSwinging && hz < beatBelowHz) return false;
    return this.#risen < sitTones;
  }

  /** A beep may have any frequency: one of these three tones is told by those before it. */
  #noteRise(): void {
    if (this.#frames < leastFrames) return;
    const hz = this.#sumHz / this.#frames;
    const isNext = (place: number) => sitHz[place]?.some((wanted) => Math.abs(hz - wanted) <= sitDriftHz) ?? false;
    this.#risen = isNext(this.#risen) ? this.#risen + 1 : isNext(0) ? 1 : 0;
  }

  #lookForFax(): void {
    if (this.#faxTold) return;
    const hz = this.#sumHz / this.#frames;
    const isCalling = Math.abs(hz - callingHz) <= faxDriftHz && this.#frames === callingFrames;
    const isAnswering = Math.abs(hz - answeringHz) <= faxDriftHz && this.#frames === answeringFrames;
    if (!isCalling && !isAnswering) return;
    this.#faxTold = true;
    this.#on.fax(this.#startMs);
  }
}
