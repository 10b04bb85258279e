import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CallDocument, CallLinks, Carrier, LegRecord, LegRef } from '../../carriers/carrier.ts';
import { Timers } from '../timers.ts';

/** What the carrier does not confirm within this long is looked up in its records. */
const confirmMs = 10_000;
const hangUpAgainMs = 2_000;
const lookUpAgainMs = 10_000;

/** One leg at its carrier, and the requests that must get through to it whatever the network does. */
export class CarrierLeg {
  readonly #carrier: Carrier;
  readonly #log: Logger;
  readonly #timers: Timers<'hang-up' | 'look-up'>;
  readonly #found: (record: LegRecord | null) => void;
  #ref: LegRef;
  #hangingUp = false;
  #hangUpWhenNamed = false;
  #closed = false;

  /** @param found what the carrier's records say, whenever they had to be asked; null when they know nothing of the leg */
  constructor(parts: { carrier: Carrier; clock: Clock; log: Logger; ref: LegRef; found: (record: LegRecord | null) => void }) {
    this.#carrier = parts.carrier;
    this.#log = parts.log;
    this.#ref = parts.ref;
    this.#found = parts.found;
    this.#timers = new Timers(parts.clock);
  }

  get ref(): LegRef {
    return this.#ref;
  }

  /** What is learnt about its names; what is known already is not forgotten. */
  know(ref: LegRef): void {
    this.#ref = { carrierCallId: ref.carrierCallId ?? this.#ref.carrierCallId, requestId: ref.requestId ?? this.#ref.requestId };
    if (this.#hangUpWhenNamed && this.#isNamed) this.hangUp();
  }

  /** Told again until the carrier has taken it. A leg whose request is still under way is ended as soon as it has a name. */
  hangUp(): void {
    if (this.#hangingUp || this.#closed) return;
    this.#hangUpWhenNamed = !this.#isNamed;
    if (this.#hangUpWhenNamed) return;
    this.#hangingUp = true;
    this.#carrier.hangUp(this.#ref).then(
      () => {
        if (!this.#closed) this.#timers.start('hang-up', confirmMs, () => this.lookUp());
      },
      (error: unknown) => {
        this.#hangingUp = false;
        if (this.#closed) return;
        this.#log.warn({ error: messageOf(error) }, 'the carrier could not be told to hang up; it is told again');
        this.#timers.start('hang-up', hangUpAgainMs, () => this.hangUp());
      },
    );
  }

  /** Give a live leg something else to run; when that fails, its record tells why. */
  redirect(document: CallDocument, links: CallLinks, patienceMs: number): void {
    this.#carrier.redirect(this.#ref, document, links).then(
      () => {
        if (!this.#closed) this.#timers.start('look-up', patienceMs, () => this.lookUp());
      },
      () => this.lookUp(),
    );
  }

  /** Ask the carrier's records what became of the leg; asked again until they answer. */
  lookUp(): void {
    // Whoever has no name yet is looked for by its numbers, and not from here.
    if (this.#closed || !this.#isNamed) return;
    this.#carrier.lookUp(this.#ref).then(
      (record) => {
        if (this.#closed) return;
        this.#hangingUp = false;
        this.#found(record);
      },
      (error: unknown) => {
        if (this.#closed) return;
        this.#log.warn({ error: messageOf(error) }, 'the carrier could not be asked about the call; it is asked again');
        this.#timers.start('look-up', lookUpAgainMs, () => this.lookUp());
      },
    );
  }

  get #isNamed(): boolean {
    return this.#ref.carrierCallId !== null || this.#ref.requestId !== null;
  }

  close(): void {
    this.#closed = true;
    this.#timers.clear();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
