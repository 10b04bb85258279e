import type { Clock } from '#bridge/contract/clock.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import type { CallGuard } from './call-guard.ts';
import { Timers } from './timers.ts';

/** Words of the lead's last turn may come this long after the end of the call. */
const lateWordsMs = 3_000;
/** How long a disk that is full is left alone. */
const storeAgainMs = 5_000;

export interface CallClosingParts {
  readonly clock: Clock;
  readonly guard: CallGuard;
  /** Writes its end down. @returns false when the disk refuses */
  store(outcome: Outcome): boolean;
  /** Its end is on the disk. */
  stored(outcome: Outcome): void;
  /** Something that still matters may be told of it. */
  awaitsNews(): boolean;
  /** Resolves when all its files are closed. */
  close(): Promise<void>;
  /** Nothing of it is left in memory that matters. */
  gone(): void;
}

/** The end of one call: durable first, then everybody is told; late words and files come after. */
export class CallClosing {
  readonly #parts: CallClosingParts;
  readonly #timers: Timers<'late-words' | 'store-again'>;
  #isStored = false;
  /** What was still awaited has come, or is not waited for any more. */
  #isGoing = false;

  constructor(parts: CallClosingParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  /** As long as the disk refuses, the attempt holds its line and its lead. */
  begin(outcome: Outcome): void {
    const { guard, store, stored, awaitsNews } = this.#parts;
    this.#isStored = guard.get(() => store(outcome), true);
    if (!this.#isStored) {
      this.#timers.start('store-again', storeAgainMs, () => this.begin(outcome));
      return;
    }
    stored(outcome);
    if (awaitsNews()) this.#timers.start('late-words', lateWordsMs, () => this.#leave());
    else this.#leave();
  }

  /** Something about the call is other than before: what was awaited may have come. */
  look(): void {
    if (this.#isStored && !this.#parts.awaitsNews()) this.#leave();
  }

  #leave(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    this.#timers.clear();
    const { guard, close, gone } = this.#parts;
    close()
      .catch((error: unknown) => guard.failed(error))
      .finally(() => gone())
      .catch((error: unknown) => guard.failed(error));
  }
}
