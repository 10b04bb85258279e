import type { Clock } from '#bridge/contract/clock.ts';
import type { Rung } from '#bridge/contract/words.ts';
import { type BreakerEvent, type BreakerState, closedBreaker, mayTry, stepBreaker } from './provider-breaker.ts';

/** Whoever can fail by itself: one account at one service. */
export type Provider = 'openai-realtime' | 'openai-live' | 'cascade' | 'openai-text' | 'carrier-relay' | 'carrier-recogniser';

/** What each rung cannot do without. The cascade exchanges its own stages and counts as one. */
export const providersOf: Readonly<Record<Rung, readonly Provider[]>> = {
  realtime: ['openai-realtime'],
  live: ['openai-live'],
  cascade: ['cascade'],
  relay: ['carrier-relay', 'openai-text'],
  'turn-based': ['carrier-recogniser', 'openai-text'],
  announcement: [],
};

/** Faults of providers as all calls meet them, so that a call does not pay for what its neighbour has found out. */
export class EngineHealth {
  readonly #clock: Clock;
  readonly #states = new Map<Provider, BreakerState>();
  readonly #listeners = new Set<() => void>();
  readonly #wakes = new Map<Provider, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  worked(provider: Provider): void {
    this.#step(provider, { type: 'worked' });
  }

  /** @param lasting somebody has to mend it (key, credit, access) */
  failed(provider: Provider, cause: string, lasting: boolean): void {
    this.#step(provider, { type: 'failed', cause, lasting });
  }

  /** Calls may try them again at once. */
  mended(...providers: readonly Provider[]): void {
    for (const provider of providers) this.#step(provider, { type: 'mended' });
  }

  held(provider: Provider, cause: string, forMs: number): void {
    this.#step(provider, { type: 'held', cause, forMs });
  }

  /** Whether a rung may be tried now, and if not, why. */
  look(rung: Rung): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
    const nowMs = this.#clock.monotonicMs();
    for (const provider of providersOf[rung]) {
      const state = this.#stateOf(provider);
      if (!mayTry(state, nowMs)) return { ok: false, reason: state.cause ?? 'it failed a moment ago' };
    }
    return { ok: true };
  }

  /** A call sets out to use a rung. After a pause it is the only one until it is known how that went. */
  trying(rung: Rung): void {
    for (const provider of providersOf[rung]) this.#step(provider, { type: 'probe' });
  }

  /** @param listener called when the answer of `look` may have changed @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const cancel of this.#wakes.values()) cancel();
    this.#wakes.clear();
    this.#listeners.clear();
  }

  #stateOf(provider: Provider): BreakerState {
    return this.#states.get(provider) ?? closedBreaker;
  }

  #step(provider: Provider, event: BreakerEvent): void {
    const before = this.#stateOf(provider);
    const after = stepBreaker(before, event, this.#clock.monotonicMs());
    if (after === before) return;
    this.#states.set(provider, after);
    if (after.kind === before.kind && after.untilMs === before.untilMs) return;
    this.#wakes.get(provider)?.();
    this.#wakes.delete(provider);
    if (after.kind !== 'closed') {
      const leftMs = Math.max(0, after.untilMs - this.#clock.monotonicMs());
      this.#wakes.set(
        provider,
        this.#clock.after(leftMs, () => {
          this.#wakes.delete(provider);
          this.#tell();
        }),
      );
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
