import type { Clock } from '#bridge/contract/clock.ts';
import { systemClock } from '#bridge/system-clock.ts';

/**
 * The machine's clock, which knows how many of its timers still wait: whoever cleans up after itself leaves none. It also knows which
 * ones ran out, so that a test can tell what was waited for, however slow the machine is.
 */
export class CountingClock implements Clock {
  readonly #waiting = new Set<object>();
  /** Of each timer that ran out, how long it was, in milliseconds. */
  readonly ranOutMs: number[] = [];

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
      this.ranOutMs.push(delayMs);
      callback();
    });
    return () => {
      this.#waiting.delete(timer);
      cancel();
    };
  }
}
