import type { Clock } from '#bridge/contract/clock.ts';
import type { Playout } from '../../media/playout.ts';
import { Timers } from '../timers.ts';

/** Our voice waits so long for the service to hear the lead as well; then it goes on. */
export const earlyBargeInMs = 250;
/** Whoever coughs again and again does not take the sentence to pieces. */
const againMs = 2_000;

/**
 * Falls silent for the lead before the service has noticed that they speak. What the service says later makes it final; a cough costs a
 * short gap and no words.
 */
export class EarlyBargeIn {
  readonly #playout: Playout;
  readonly #clock: Clock;
  readonly #timers: Timers<'resume'>;
  readonly #mayInterrupt: () => boolean;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  /** @param mayInterrupt whether what is said now is for the lead to cut off, and the service listens for it */
  constructor({ playout, clock, mayInterrupt }: { readonly playout: Playout; readonly clock: Clock; mayInterrupt(): boolean }) {
    this.#playout = playout;
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#mayInterrupt = mayInterrupt;
  }

  /** A voice began, as far as this machine can tell. */
  onset(): void {
    if (this.#clock.monotonicMs() < this.#notBeforeMs || !this.#mayInterrupt() || !this.#playout.hold()) return;
    this.#timers.start('resume', earlyBargeInMs, () => {
      this.#notBeforeMs = this.#clock.monotonicMs() + againMs;
      this.#playout.resume();
    });
  }

  /** The service heard it too, and what was held is dropped. */
  confirmed(): void {
    this.#timers.cancel('resume');
    this.#playout.resume();
  }

  close(): void {
    this.#timers.clear();
  }
}
