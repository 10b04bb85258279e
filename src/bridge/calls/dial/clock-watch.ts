import type { Clock } from '#bridge/contract/clock.ts';

const lookEveryMs = 5_000;
/** Clocks are put right by small steps all day; this much is a sleep of the machine, a stopped process, or somebody who set the clock. */
const jumpMs = 30_000;

/**
 * Notices that time has passed in which nobody here was awake: the wall clock has gone further than the monotonic one (which stands still in
 * a sleep on most systems), or back, or the monotonic one further than a timer takes.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #jumped: (gapMs: number) => void;
  #wallMs: number;
  #monotonicMs: number;
  #cancel: () => void = () => {};

  /** @param jumped told once for every jump, in milliseconds */
  constructor(clock: Clock, jumped: (gapMs: number) => void) {
    this.#clock = clock;
    this.#jumped = jumped;
    this.#wallMs = clock.nowMs();
    this.#monotonicMs = clock.monotonicMs();
    this.#lookLater();
  }

  /** Whoever is about to do something that a sleep has made wrong looks first: after it, timers fire in any order. */
  look(): void {
    const wallMs = this.#clock.nowMs();
    const monotonicMs = this.#clock.monotonicMs();
    const awakeMs = monotonicMs - this.#monotonicMs;
    const apartMs = Math.abs(wallMs - this.#wallMs - awakeMs);
    const lateMs = awakeMs - lookEveryMs;
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
    const gapMs = Math.max(apartMs, lateMs);
    if (gapMs > jumpMs) this.#jumped(Math.round(gapMs));
  }

  close(): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#clock.after(lookEveryMs, () => {
      this.#lookLater();
      this.look();
    });
  }
}
