import type { Clock } from '#bridge/contract/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it. Timers fire in order of their due time, then of their making. */
export class ManualClock implements Clock {
  #monotonicMs = 0;
  #epochMs: number;
  #timers: Timer[] = [];
  #order = 0;

  constructor(startAt = '2026-11-23T15:00:00.000Z') {
    this.#epochMs = Date.parse(startAt);
  }

  nowMs(): number {
    return this.#epochMs + this.#monotonicMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Let this much time pass; timers that become due on the way fire at their own moment. */
  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#monotonicMs = Math.max(this.#monotonicMs, next.dueMs);
      next.callback();
    }
    this.#monotonicMs = untilMs;
  }

  /** The wall clock goes on (or is set back), and nothing else does: the machine sleeps, or somebody sets its clock. */
  sleep(ms: number): void {
    this.#epochMs += ms;
  }

  /** Time passes in which no timer fires; those that were due fire with the next that passes. */
  stop(ms: number): void {
    this.#monotonicMs += ms;
  }

  /** How many timers still wait; zero at the end of whatever cleans up after itself. */
  get pending(): number {
    return this.#timers.length;
  }
}
