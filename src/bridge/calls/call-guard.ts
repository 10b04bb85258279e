import type { Clock } from '#bridge/contract/clock.ts';

/** Keeps what goes wrong in one call inside that call: no timer and no handler of it throws into what all calls share. */
export class CallGuard {
  readonly #broke: (error: unknown) => void;

  /** @param broke told of every failure; what it throws itself is lost */
  constructor(broke: (error: unknown) => void) {
    this.#broke = broke;
  }

  run(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  /** @returns what the work gives, or the other thing when it fails */
  get<Result>(work: () => Result, otherwise: Result): Result {
    try {
      return work();
    } catch (error) {
      this.failed(error);
      return otherwise;
    }
  }

  failed(error: unknown): void {
    try {
      this.#broke(error);
    } catch {
      // Whoever is told of failures may not make another one.
    }
  }

  /** The same clock; what its timers throw comes here. */
  clock(clock: Clock): Clock {
    return {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, callback) => clock.after(delayMs, () => this.run(callback)),
    };
  }
}
