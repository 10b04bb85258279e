import type { Clock } from '#bridge/contract/clock.ts';
import type { Step } from '../../domain/ladder-plan.ts';
import type { Playout } from '../../media/playout.ts';
import { Timers } from '../timers.ts';

/** How often somebody looks whether a sentence has stopped in the middle, and how often it may be found so before its speaker is taken for dead. */
const lookMs = 250;
const dryMax = 4;
/** The cascade exchanges a voice of its own that stops, and has the time for it. */
const dryMaxOfCascade = 6;
/** Of an unfinished sentence a part of a frame may wait for the rest. */
const lastFrameMs = 20;

export interface StarvationWatchParts {
  readonly clock: Clock;
  readonly playout: Pick<Playout, 'position' | 'current'>;
  /** Nobody is to look any more: what is said may stop in the middle. */
  isOff(): boolean;
  /** Who speaks. */
  rung(): Step | null;
  /** The sentence has stopped in the middle, and no more of it comes. */
  starved(): void;
}

/** Looks after the sentence that is being made: one that stops in the middle leaves the lead in silence. */
export class StarvationWatch {
  readonly #parts: StarvationWatchParts;
  readonly #timers: Timers<'look'>;
  #watched: string | null = null;

  constructor(parts: StarvationWatchParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  /** On the audio path. */
  audioCame(utterance: string): void {
    if (this.#watched !== utterance) this.#look(utterance, 0);
  }

  /** What was on its way does not reach the ear any more. */
  cancel(): void {
    this.#timers.cancel('look');
  }

  /** @param dry how often found so */
  #look(utterance: string, dry: number): void {
    this.#watched = utterance;
    this.#timers.start('look', lookMs, () => {
      const { playout, isOff, rung, starved } = this.#parts;
      const place = playout.position(utterance);
      if (isOff() || place === null || place.finished) return;
      const isDry = playout.current === utterance && place.heardMs + lastFrameMs >= place.receivedMs;
      const found = isDry ? dry + 1 : 0;
      if (found < (rung() === 'cascade' ? dryMaxOfCascade : dryMax)) this.#look(utterance, found);
      else starved();
    });
  }
}
