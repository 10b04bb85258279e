import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { Outcome } from '#bridge/contract/words.ts';

const WINDOW_MS = 120_000;
const LEAST_ATTEMPTS = 5;
const SHARE = 0.5;

/** Faults of the carrier, the network or ours. That nobody answers, or declines, is no fault. */
const faults: ReadonlySet<Outcome> = new Set(['carrier-error', 'congestion', 'our-error', 'blocked-by-network', 'unknown']);

function isFault(outcome: Outcome): boolean {
  return faults.has(outcome);
}

/**
 * Trips when more than half of the attempts of the last two minutes, and at least five, have failed. Counts each attempt once, by the last
 * that is heard of it: one of which nobody knew at first whether it was placed may have been answered.
 */
export class Breaker {
  readonly #clock: Clock;
  #seen = new Map<AttemptId, { readonly atMs: number; readonly failed: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns why dialling has to stop, in words; null when it need not */
  count(attempt: AttemptId, outcome: Outcome): string | null {
    const nowMs = this.#clock.monotonicMs();
    for (const [id, { atMs }] of this.#seen) if (nowMs - atMs >= WINDOW_MS) this.#seen.delete(id);
    const failed = isFault(outcome);
    const before = this.#seen.get(attempt);
    this.#seen.set(attempt, { atMs: before?.atMs ?? nowMs, failed });
    // Heard of again: nothing to trip over, unless it has failed only now.
    if (before && (before.failed || !failed)) return null;
    const total = this.#seen.size;
    const failures = [...this.#seen.values()].filter((seen) => seen.failed).length;
    if (total < LEAST_ATTEMPTS || failures <= total * SHARE) return null;
    return `${failures} of the last ${total} calls failed within two minutes. Look at the last calls, then resume.`;
  }
}
