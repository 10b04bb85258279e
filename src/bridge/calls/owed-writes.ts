import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallId } from '#bridge/contract/ids.ts';

/** The same trouble with the store is told at most this often. */
const tellAgainMs = 30_000;
/** A call makes a few hundred entries; this many that wait for the disk are more than any. */
const owedAtMost = 5_000;

export interface OwedWritesParts {
  readonly callId: CallId;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: Publish;
}

/**
 * What one call writes to the store, in its order. A store that refuses (a full disk) is told about and does not take the conversation down
 * with it; what it refused is written as soon as there is room.
 */
export class OwedWrites {
  readonly #parts: OwedWritesParts;
  readonly #owed: (() => void)[] = [];
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: OwedWritesParts) {
    this.#parts = parts;
  }

  /** Written when this returns, unless the disk refuses. */
  keep(write: () => void): void {
    if (this.#owed.length < owedAtMost) this.#owed.push(write);
    this.pay();
  }

  /** @returns whether everything is in the store */
  pay(): boolean {
    for (let first = this.#owed[0]; first !== undefined; first = this.#owed[0]) {
      if (!this.#write(first)) return false;
      this.#owed.shift();
    }
    return true;
  }

  /** After everything that is owed; whoever asks tries it again. @returns false when the disk refuses */
  last(write: () => void): boolean {
    return this.pay() && this.#write(write);
  }

  /** @returns false when it is worth trying again */
  #write(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#parts.log.error({ error: error instanceof Error ? error.message : 'unknown' }, 'something of this call could not be stored');
      const isFull = error instanceof BridgeError && error.code === 'store/unavailable';
      this.#tellTrouble(isFull ? error.message : 'Something of this call could not be stored.');
      return !isFull;
    }
  }

  #tellTrouble(message: string): void {
    const { callId, clock, publish } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#toldAtMs < tellAgainMs) return;
    this.#toldAtMs = nowMs;
    publish({ type: 'alert', level: 'error', message, callId });
  }
}
