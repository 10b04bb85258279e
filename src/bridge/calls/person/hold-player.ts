import type { Clock } from '#bridge/contract/clock.ts';
import { holdSound } from '../../media/hold-sound.ts';
import type { Playout } from '../../media/playout.ts';
import { Timers } from '../timers.ts';

/** How often there is more of it, and how much of it may lie ready: whoever begins to speak does not wait for longer. */
const stepMs = 100;
const bytesPerStep = stepMs * 8;
/** Nobody has said a word for this long: then it begins again. */
const quietMs = 1_500;

/** Names the hold sound among the utterances of a playout: it is no speech, and answers nobody. */
export const holdPrefix = 'hold-';

export interface HoldPlayerParts {
  readonly clock: Clock;
  readonly playout: Playout;
  /** Somebody speaks, or is about to. */
  isTalk(): boolean;
}

/** A soft sound for a lead who waits. It steps aside for whoever speaks and comes back when they have been quiet for a while. */
export class HoldPlayer {
  readonly #parts: HoldPlayerParts;
  readonly #timers: Timers<'step'>;
  #on = false;
  #count = 0;
  /** The piece that is open; null while somebody speaks. */
  #open: string | null = null;
  #at = 0;
  #quietSinceMs = Number.NEGATIVE_INFINITY;

  constructor(parts: HoldPlayerParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  set(on: boolean): void {
    if (this.#on === on) return;
    this.#on = on;
    if (on) {
      this.#quietSinceMs = this.#parts.clock.monotonicMs();
      this.#step();
    } else this.close();
  }

  /** Somebody begins to speak for us, and not one more moment of it may be heard beside them. */
  giveWay(): void {
    const { clock, playout } = this.#parts;
    this.#quietSinceMs = clock.monotonicMs();
    // What has stepped aside may lie at the carrier still.
    if (playout.current?.startsWith(holdPrefix)) playout.clear();
  }

  close(): void {
    this.#on = false;
    this.#timers.clear();
    this.#stepAside();
  }

  #step(): void {
    if (!this.#on) return;
    this.#timers.start('step', stepMs, () => this.#step());
    const { clock, playout, isTalk } = this.#parts;
    const nowMs = clock.monotonicMs();
    // Whoever was talked over had it dropped.
    if (this.#open !== null && playout.current !== this.#open) this.#open = null;
    const othersSound = this.#open === null && playout.speaking;
    if (isTalk() || othersSound) {
      this.#quietSinceMs = nowMs;
      this.#stepAside();
      return;
    }
    if (nowMs - this.#quietSinceMs < quietMs) return;
    if (this.#open === null) {
      this.#count += 1;
      this.#open = `${holdPrefix}${this.#count}`;
      this.#push(this.#open);
    }
    this.#push(this.#open);
  }

  #push(utterance: string): void {
    const sound = holdSound();
    this.#parts.playout.push(utterance, sound.subarray(this.#at, this.#at + bytesPerStep));
    this.#at = (this.#at + bytesPerStep) % sound.length;
  }

  #stepAside(): void {
    if (this.#open !== null) this.#parts.playout.finish(this.#open);
    this.#open = null;
  }
}
