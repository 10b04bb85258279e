import type { Clock } from '#bridge/contract/clock.ts';

/** Carriers count their own way and reject bursts: we stay this far below what is allowed. */
const SHARE_OF_LIMIT = 0.9;
/** After the carrier asked us to slow down, we go at half the pace for this long. */
const SLOW_MS = 60_000;

/**
 * Calls per second towards one carrier: a bucket of one token, shared by all campaigns that dial there, because the carrier's limit is of
 * the account.
 */
export class Pace {
  readonly #clock: Clock;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #slowUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the next call has to wait, in milliseconds; 0 when it may start. */
  waitMs(callsPerSecond: number): number {
    const nowMs = this.#clock.monotonicMs();
    const slowness = nowMs < this.#slowUntilMs ? 2 : 1;
    const nextAtMs = this.#lastAtMs + (slowness * 1_000) / (callsPerSecond * SHARE_OF_LIMIT);
    return Math.max(0, Math.ceil(Math.max(nextAtMs, this.#heldUntilMs) - nowMs));
  }

  take(): void {
    this.#lastAtMs = this.#clock.monotonicMs();
  }

  /** The carrier asked us to slow down. */
  hold(forMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + forMs);
    this.#slowUntilMs = nowMs + forMs + SLOW_MS;
  }
}
