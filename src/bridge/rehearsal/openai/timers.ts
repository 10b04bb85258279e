import type { Clock } from '#bridge/contract/clock.ts';

/** The machine's own clock. */
export const machineClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Timers that end together. After `close` nothing fires any more. */
export class Timers {
  readonly clock: Clock;
  readonly #cancels = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @returns a function that cancels it; harmless when it has fired */
  after(delayMs: number, callback: () => void): () => void {
    if (this.#closed) return () => undefined;
    const forget = (): void => {
      this.#cancels.delete(cancel);
    };
    const stop = this.clock.after(delayMs, () => {
      forget();
      callback();
    });
    const cancel = (): void => {
      forget();
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of [...this.#cancels]) cancel();
  }
}

/** A road with a length: what goes in comes out in the same order, `delayMs` later. With no length it comes out at once. */
export class DelayLine<T> {
  readonly #timers: Timers;
  readonly #delayMs: number;
  readonly #deliver: (item: T) => void;
  readonly #onTheWay: { readonly dueMs: number; readonly item: T }[] = [];
  #moving = false;

  constructor(timers: Timers, delayMs: number, deliver: (item: T) => void) {
    this.#timers = timers;
    this.#delayMs = delayMs;
    this.#deliver = deliver;
  }

  push(item: T): void {
    if (this.#delayMs <= 0) {
      this.#deliver(item);
      return;
    }
    this.#onTheWay.push({ dueMs: this.#timers.clock.monotonicMs() + this.#delayMs, item });
    if (!this.#moving) this.#wait();
  }

  #wait(): void {
    const [next] = this.#onTheWay;
    this.#moving = next !== undefined;
    if (next) this.#timers.after(Math.max(0, next.dueMs - this.#timers.clock.monotonicMs()), () => this.#arrive());
  }

  #arrive(): void {
    // A timer may fire a little early; what is due within half a millisecond goes along.
    const nowMs = this.#timers.clock.monotonicMs() + 0.5;
    for (let next = this.#onTheWay[0]; next && next.dueMs <= nowMs; next = this.#onTheWay[0]) {
      this.#onTheWay.shift();
      this.#deliver(next.item);
    }
    this.#wait();
  }
}
