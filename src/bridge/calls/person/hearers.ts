import type { Hearer } from '../calls.ts';

/** Who hears one call at this moment. A console that listens twice is there once. */
export class Hearers {
  readonly #here = new Map<Hearer, { times: number; readonly left: () => void }>();
  readonly #came: (hearer: Hearer) => () => void;
  readonly #changed: () => void;

  /** @param came somebody begins to hear; what it returns is called when they stop @param changed somebody came or went */
  constructor(came: (hearer: Hearer) => () => void, changed: () => void) {
    this.#came = came;
    this.#changed = changed;
  }

  /** In the order in which they came. */
  get names(): string[] {
    return [...this.#here.keys()].map(({ name }) => name);
  }

  /** @returns a function that takes it back, once */
  add(hearer: Hearer): () => void {
    const known = this.#here.get(hearer);
    if (known) known.times += 1;
    else {
      this.#here.set(hearer, { times: 1, left: this.#came(hearer) });
      this.#changed();
    }
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      const entry = this.#here.get(hearer);
      if (!entry) return;
      entry.times -= 1;
      if (entry.times > 0) return;
      this.#here.delete(hearer);
      entry.left();
      this.#changed();
    };
  }
}
