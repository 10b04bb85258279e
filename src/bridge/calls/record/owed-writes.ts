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

interface OwedWrite {
  readonly write: () => void;
  readonly stored: (() => void) | null;
}

/**
 * What one call writes to the store, in its order. A store that refuses (a full disk) is told about and does not take the conversation down
 * with it; what it refused is written as soon as there is room.
 */
export class OwedWrites {
  readonly #parts: OwedWritesParts;
  readonly #owed: OwedWrite[] = [];
  #isPaying = false;
  #isDropping = false;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: OwedWritesParts) {
    this.#parts = parts;
  }

  /**
   * Written when this returns, unless the disk refuses, or another write is under way and this one comes right behind it.
   * @param stored tells of it; once it is in the store, and not before
   */
  keep(write: () => void, stored: (() => void) | null = null): void {
    if (this.#owed.length < owedAtMost) this.#owed.push({ write, stored });
    else this.#dropped();
    this.pay();
  }

  /** @returns whether everything is in the store */
  pay(): boolean {
    // Whoever is told of a write may write in turn: that waits for its place.
    if (this.#isPaying) return false;
    this.#isPaying = true;
    try {
      for (let first = this.#owed[0]; first !== undefined; first = this.#owed[0]) {
        const result = this.#write(first.write);
        if (result === 'refused') return false;
        this.#owed.shift();
        if (result === 'stored') this.#tellStored(first);
      }
      this.#isDropping = false;
      return true;
    } finally {
      this.#isPaying = false;
    }
  }

  /** After everything that is owed; whoever asks tries it again. @returns false when the disk refuses */
  last(write: () => void): boolean {
    return this.pay() && this.#write(write) !== 'refused';
  }

  /** @returns `refused` when it is worth trying again; `lost` when no try would help */
  #write(write: () => void): 'stored' | 'refused' | 'lost' {
    try {
      write();
      return 'stored';
    } catch (error) {
      this.#parts.log.error({ error: error instanceof Error ? error.message : 'unknown' }, 'something of this call could not be stored');
      const isFull = error instanceof BridgeError && error.code === 'store/unavailable';
      this.#tellTrouble(isFull ? error.message : 'Something of this call could not be stored.');
      return isFull ? 'refused' : 'lost';
    }
  }

  #tellStored({ stored }: OwedWrite): void {
    try {
      stored?.();
    } catch (error) {
      this.#parts.log.error(
        { error: error instanceof Error ? error.message : 'unknown' },
        'what was stored of this call could not be told',
      );
    }
  }

  #dropped(): void {
    if (this.#isDropping) return;
    this.#isDropping = true;
    this.#parts.log.error({ owed: this.#owed.length }, 'too much of this call waits for the disk; what comes now is not kept');
  }

  #tellTrouble(message: string): void {
    const { callId, clock, publish } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#toldAtMs < tellAgainMs) return;
    this.#toldAtMs = nowMs;
    publish({ type: 'alert', level: 'error', message, callId });
  }
}
