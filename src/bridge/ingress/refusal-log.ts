import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';

/** A flood of refusals is one line with a count, not a flood of lines. */
const quietMs = 10_000;

/** Tells of refused requests: the first of each kind at once, the rest summed up every ten seconds. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #seen = new Map<string, { atMs: number; more: number }>();

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @param why one of a few fixed phrases */
  note(why: string, where: Readonly<Record<string, string>> = {}): void {
    const nowMs = this.#clock.monotonicMs();
    const seen = this.#seen.get(why);
    if (seen && nowMs - seen.atMs < quietMs) {
      seen.more += 1;
      return;
    }
    this.#seen.set(why, { atMs: nowMs, more: 0 });
    this.#log.warn({ why, ...where, sinceLastLine: seen?.more ?? 0 }, 'A request on the public side was refused');
  }
}
