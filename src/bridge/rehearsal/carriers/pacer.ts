import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_MS } from '#bridge/media/g711.ts';

/** What is done every 20 ms. */
export interface Ticker {
  tick(): void;
}

/** Time lost beyond this (a laptop that slept) is not caught up: the line was silent then. */
const CATCH_UP_TICKS = 50;

/**
 * One absolute-time beat of 20 ms for all calls of a simulator: tick n is due at start + n * 20 ms, however late tick n - 1 was. The timer
 * runs only while somebody listens.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #tickers = new Set<Ticker>();
  #cancel: (() => void) | null = null;
  #startMs = 0;
  #done = 0;
  /** Ticks since the beginning, beats that came late by more than a frame, and the worst lateness. */
  ticks = 0;
  lateMaxMs = 0;
  skipped = 0;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** @returns a function that takes the ticker away; may be called inside a tick */
  add(ticker: Ticker): () => void {
    this.#tickers.add(ticker);
    if (this.#cancel === null) {
      this.#startMs = this.#clock.monotonicMs();
      this.#done = 0;
      this.#arm();
    }
    return () => {
      this.#tickers.delete(ticker);
      if (this.#tickers.size === 0) this.close();
    };
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#tickers.clear();
  }

  #arm(): void {
    const dueMs = this.#startMs + (this.#done + 1) * FRAME_MS;
    this.#cancel = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), () => this.#beat());
  }

  #beat(): void {
    const nowMs = this.#clock.monotonicMs();
    let behind = Math.floor((nowMs - this.#startMs) / FRAME_MS + 1e-6) - this.#done;
    if (behind > 0) this.lateMaxMs = Math.max(this.lateMaxMs, nowMs - (this.#startMs + (this.#done + 1) * FRAME_MS));
    if (behind > CATCH_UP_TICKS) {
      this.skipped += behind - 1;
      this.#startMs += (behind - 1) * FRAME_MS;
      behind = 1;
    }
    for (; behind > 0 && this.#tickers.size > 0; behind--) {
      this.#done++;
      this.ticks++;
      for (const ticker of this.#tickers) {
        try {
          ticker.tick();
        } catch (error) {
          this.#onError(error);
        }
      }
    }
    if (this.#tickers.size > 0) this.#arm();
    else this.#cancel = null;
  }
}
