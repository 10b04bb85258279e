import { FRAME_MS } from './g711.ts';
import { peakLevel } from './levels.ts';

/** Ours is sent before it is heard: so many frames ahead at the most. */
const aheadFrames = 64;
/** Peak of a frame, of full scale, from which on it is speech; the noise in clips stays far below. */
const speechPeak = 0.01;
/** Between two words of ours it is quiet for a moment. */
const hangoverFrames = 15;

/** How long either side spoke, and nobody did. */
export interface TalkFigures {
  readonly leadMs: number;
  readonly ourMs: number;
  readonly silenceMs: number;
}

/**
 * Counts who speaks, frame by frame, on the clock of the recording. What both say at once counts for both. On the audio path; allocates
 * nothing for a frame.
 */
export class TalkMeter {
  readonly #ours = new Uint8Array(aheadFrames);
  #lead = 0;
  #our = 0;
  #silent = 0;
  #hangover = 0;
  #last = -1;

  /** 20 ms of ours that will be heard at this place. @param number of the frame, by 20 ms from the beginning */
  ours(bytes: Uint8Array, number: number): void {
    if (peakLevel(bytes) >= speechPeak) this.#hangover = hangoverFrames;
    else if (this.#hangover > 0) this.#hangover -= 1;
    this.#ours[number % aheadFrames] = this.#hangover > 0 ? 1 : 0;
  }

  /** 20 ms of the lead. @param number its place @param isVoice they speak */
  lead(number: number, isVoice: boolean): void {
    if (number <= this.#last) return;
    this.#last = number;
    const isOurs = this.#ours[number % aheadFrames] === 1;
    this.#ours[number % aheadFrames] = 0;
    if (isVoice) this.#lead += 1;
    if (isOurs) this.#our += 1;
    if (!isVoice && !isOurs) this.#silent += 1;
  }

  get figures(): TalkFigures {
    return { leadMs: this.#lead * FRAME_MS, ourMs: this.#our * FRAME_MS, silenceMs: this.#silent * FRAME_MS };
  }
}
