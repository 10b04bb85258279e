import type { Clock } from '#bridge/contract/clock.ts';

/** Named timers that end together. Setting a name again replaces its timer. */
export class Timers {
  readonly #clock: Clock;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(name: string, ms: number, callback: () => void): void {
    this.clear(name);
    this.#cancels.set(
      name,
      this.#clock.after(ms, () => {
        this.#cancels.delete(name);
        callback();
      }),
    );
  }

  clear(name: string): void {
    this.#cancels.get(name)?.();
    this.#cancels.delete(name);
  }

  end(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
