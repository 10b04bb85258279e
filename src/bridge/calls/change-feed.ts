import type { Clock } from '#bridge/contract/clock.ts';
import { Timers } from './timers.ts';

/** How often the running cost is looked at. */
const costEveryMs = 1_000;
/** Many things change at once; watchers are told once, when the dust has settled. */
const settleMs = 50;

export interface ChangeFeedParts {
  readonly clock: Clock;
  /** So far. */
  costMicros(): number;
  /** It costs more than before. */
  costChanged(): void;
  /** Whoever watches the call. */
  tell(): void;
}

/** Tells whoever watches a call that something about it is other than before. */
export class ChangeFeed {
  readonly #parts: ChangeFeedParts;
  readonly #timers: Timers<'changed' | 'cost'>;
  #isQueued = false;

  constructor(parts: ChangeFeedParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  changed(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#timers.start('changed', settleMs, () => {
      this.#isQueued = false;
      this.#parts.tell();
    });
  }

  /** Whoever watches sees what the call costs, by the second. */
  watchCost(toldMicros = this.#parts.costMicros()): void {
    this.#timers.start('cost', costEveryMs, () => {
      const costMicros = this.#parts.costMicros();
      if (costMicros !== toldMicros) this.#parts.costChanged();
      this.watchCost(costMicros);
    });
  }

  close(): void {
    this.#timers.clear();
  }
}
