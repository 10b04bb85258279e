import type { Clock } from '#bridge/contract/clock.ts';
import { systemClock } from '#bridge/system-clock.ts';

/** The machine's clock, which knows how many of its timers still wait: whoever cleans up after itself leaves none. */
export class CountingClock implements Clock {
  readonly #waiting = new Set<object>();

  get pending(): number {
    return this.#waiting.size;
  }

  nowMs(): number {
    return systemClock.nowMs();
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = {};
    this.#waiting.add(timer);
    const cancel = systemClock.after(delayMs, () => {
      this.#waiting.delete(timer);
      callback();
    });
    return () => {
      this.#waiting.delete(timer);
      cancel();
    };
  }
}
