import type { Clock } from '#bridge/contract/clock.ts';
import type { Verdict } from './failures.ts';

/** After this time one call may try again although nobody has told us that the account was mended. */
export const accountHoldMs = 5 * 60_000;
/** The most that we let the service hold us when it asks us to slow down. */
const longestSlowDownMs = 60_000;
/** Settings of so many agents are remembered; the oldest goes first. */
const settingsKept = 100;

/**
 * Keeps one broken key from being tried by every call of a campaign: each try costs a callee the wait. A new engine is made when the
 * credentials change, and starts with a closed circuit.
 */
export class Circuit {
  readonly #clock: Clock;
  #account: { readonly untilMs: number; readonly verdict: Verdict } | null = null;
  readonly #settings = new Map<string, { readonly untilMs: number; readonly verdict: Verdict }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param settings what the session was asked to be (model and voice) */
  failed(verdict: Verdict, settings: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (verdict.meaning === 'account') this.#account = { untilMs: nowMs + accountHoldMs, verdict };
    if (verdict.meaning === 'settings') {
      this.#settings.delete(settings);
      this.#settings.set(settings, { untilMs: nowMs + accountHoldMs, verdict });
      const [oldest] = this.#settings.keys();
      if (this.#settings.size > settingsKept && oldest !== undefined) this.#settings.delete(oldest);
    }
  }

  /** The service refuses new sessions for the moment. */
  slowDown(verdict: Verdict, retryAfterMs: number): void {
    const holdMs = Math.min(retryAfterMs, longestSlowDownMs);
    const untilMs = this.#clock.monotonicMs() + holdMs;
    if (!this.#account || this.#account.untilMs < untilMs) this.#account = { untilMs, verdict };
  }

  /** A session was accepted with these settings. */
  worked(settings: string): void {
    this.#account = null;
    this.#settings.delete(settings);
  }

  /** Why no session should be tried, or null. */
  accountVerdict(): Verdict | null {
    if (this.#account && this.#account.untilMs <= this.#clock.monotonicMs()) this.#account = null;
    return this.#account?.verdict ?? null;
  }

  /** Why a session with these settings should not be tried, or null. */
  verdictFor(settings: string): Verdict | null {
    const held = this.#settings.get(settings);
    if (held && held.untilMs <= this.#clock.monotonicMs()) this.#settings.delete(settings);
    return this.#settings.get(settings)?.verdict ?? null;
  }
}
