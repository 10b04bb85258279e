import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { Carrier, LegRef } from '../../carriers/carrier.ts';
import type { TransferLegRecord, TransferLegTable } from '../../store/store.ts';
import type { Worlds } from '../worlds.ts';

/** A leg that its carrier does not know yet, or could not be asked about, is looked for again after these waits. */
const askAgainMs = [5_000, 30_000, 120_000];
/** How far apart our clock and the carrier's may be, and how long a request may have been under way. */
const skewMs = 5_000;
const underwayMs = 120_000;

export interface TransferLegsLeftParts {
  readonly table: TransferLegTable;
  readonly worlds: Worlds;
  readonly clock: Clock;
  readonly log: Logger;
  /** Legs of this run of the program, which are looked after. */
  isOurs(leg: AttemptId): boolean;
}

/**
 * Second legs that another run of this program left open: nobody is there for whoever picks up, so they are hung up. None is ever dialled
 * again.
 */
export class TransferLegsLeft {
  readonly #parts: TransferLegsLeftParts;
  readonly #timers = new Map<AttemptId, () => void>();

  constructor(parts: TransferLegsLeftParts) {
    this.#parts = parts;
  }

  /** Resolves when each has been asked about once. Never rejects. */
  async hangUp(): Promise<void> {
    await Promise.all(this.#parts.table.open().map((leg) => this.#settle(leg, 0)));
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  async #settle(leg: TransferLegRecord, asked: number): Promise<void> {
    const { table, worlds, clock, log, isOurs } = this.#parts;
    if (isOurs(leg.id)) return;
    // The simulated carriers died with the program that simulated them.
    if (leg.world === 'rehearsal') {
      table.ended(leg.id, clock.nowMs());
      return;
    }
    const carrier = worlds.get(leg.world)?.carrier(leg.carrier);
    try {
      if (carrier && (await this.#end(carrier, leg))) {
        table.ended(leg.id, clock.nowMs());
        log.info({ leg: leg.id }, 'a second leg that was left open is down');
        return;
      }
    } catch (error) {
      log.warn({ leg: leg.id, error: error instanceof Error ? error.message : 'unknown' }, 'a second leg could not be ended yet');
    }
    const waitMs = askAgainMs[asked];
    if (waitMs !== undefined) this.#later(leg, waitMs, asked + 1);
    // Its ring time is long over, and its carrier has never heard of it: the request did not leave.
    else if (carrier) table.ended(leg.id, clock.nowMs());
  }

  #later(leg: TransferLegRecord, waitMs: number, asked: number): void {
    this.#timers.get(leg.id)?.();
    this.#timers.set(
      leg.id,
      this.#parts.clock.after(waitMs, () => {
        this.#timers.delete(leg.id);
        void this.#settle(leg, asked);
      }),
    );
  }

  /** @returns whether it is down for certain */
  async #end(carrier: Carrier, leg: TransferLegRecord): Promise<boolean> {
    const refs = await this.#refs(carrier, leg);
    for (const ref of refs) {
      const found = await carrier.lookUp(ref);
      if (found !== null && found.phase !== 'ended') await carrier.hangUp(ref);
    }
    return refs.length > 0;
  }

  async #refs(carrier: Carrier, leg: TransferLegRecord): Promise<readonly LegRef[]> {
    const { carrierCallId, requestId, to, from, submittedAtMs } = leg;
    if (carrierCallId !== null) return [{ carrierCallId, requestId }];
    const found = await carrier.find({
      to,
      from,
      createdAfterMs: submittedAtMs - skewMs,
      createdBeforeMs: submittedAtMs + underwayMs,
    });
    return found.filter((record) => requestId === null || record.requestId === null || record.requestId === requestId);
  }
}
