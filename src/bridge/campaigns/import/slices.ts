import { setImmediate as giveWay, setTimeout as pause } from 'node:timers/promises';

/** So long one transaction should take: no call's audio notices it. */
const stretchMs = 1;
/**
 * Then nothing is written for so many times as long: a thread that rests is given the processor at once when a call needs it again, and the
 * thread that reads the list has to wait as well.
 */
const restShare = 2;
/** Shorter rests are saved up: no timer is finer. */
const leastRestMs = 1;
/** Some systems' timers are late by many milliseconds. What they are late by is worked off, but no more than this of it. */
const mostAheadMs = 50;
const leastRows = 5;
const mostRows = 200;
const firstRows = 10;
/** One transaction that took long, as when the disk was busy, says little about the next. */
const leastStep = 0.7;
const mostStep = 1.3;

/** Writes a long list in short transactions with rests between them, as many rows at a time as this machine writes in a millisecond. */
export class Slices {
  readonly #nowMs: () => number;
  readonly #rest: (ms: number) => Promise<unknown>;
  #rows = firstRows;
  /** How long a rest is due; negative when the last one was longer than it had to be. */
  #owedMs = 0;

  constructor(nowMs: () => number = () => performance.now(), rest: (ms: number) => Promise<unknown> = pause) {
    this.#nowMs = nowMs;
    this.#rest = rest;
  }

  /** @param write writes these rows before it returns @param signal ends it after the rows that are being written */
  async write<Row>(rows: readonly Row[], write: (slice: readonly Row[]) => void, signal: AbortSignal): Promise<void> {
    for (let from = 0; from < rows.length && !signal.aborted; ) {
      const slice = rows.slice(from, from + this.#rows);
      from += slice.length;
      const beganMs = this.#nowMs();
      write(slice);
      const tookMs = this.#nowMs() - beganMs;
      if (slice.length === this.#rows) this.#learn(tookMs);
      this.#owedMs += tookMs * restShare;
      if (this.#owedMs < leastRestMs) {
        await giveWay();
        continue;
      }
      const restedAtMs = this.#nowMs();
      await this.#rest(this.#owedMs);
      this.#owedMs = Math.max(-mostAheadMs, this.#owedMs - (this.#nowMs() - restedAtMs));
    }
  }

  #learn(tookMs: number): void {
    const step = Math.min(mostStep, Math.max(leastStep, stretchMs / tookMs));
    this.#rows = Math.min(mostRows, Math.max(leastRows, Math.round(this.#rows * step)));
  }
}
