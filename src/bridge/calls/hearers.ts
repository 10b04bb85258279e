import type { Hearer } from './calls.ts';

/** Who hears one call at this moment. A console that listens twice is there once. */
export class Hearers {
  readonly #times = new Map<Hearer, number>();
  readonly #changed: () => void;

  /** @param changed somebody came or went */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** In the order in which they came. */
  get names(): string[] {
    return [...this.#times.keys()].map(({ name }) => name);
  }

  /** @returns a function that takes it back, once */
  add(hearer: Hearer): () => void {
    const times = this.#times.get(hearer) ?? 0;
    this.#times.set(hearer, times + 1);
    if (times === 0) this.#changed();
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      const left = (this.#times.get(hearer) ?? 1) - 1;
      if (left > 0) this.#times.set(hearer, left);
      else {
        this.#times.delete(hearer);
        this.#changed();
      }
    };
  }
}
