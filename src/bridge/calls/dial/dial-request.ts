import type { Clock } from '#bridge/contract/clock.ts';
import type { Outcome, Party } from '#bridge/contract/words.ts';
import type { LegRef } from '../../carriers/carrier.ts';
import type { AttemptEvent } from '../../domain/attempt.ts';
import type { CallBook } from '../record/call-book.ts';
import type { CarrierLeg } from './carrier-leg.ts';

export interface DialRequestParts {
  readonly clock: Clock;
  readonly book: CallBook;
  leg(): CarrierLeg;
  /** The attempt is over. */
  isOver(): boolean;
  step(event: AttemptEvent): void;
}

/** The request to dial one attempt: with us, on its way, or answered by the carrier. */
export class DialRequest {
  readonly #parts: DialRequestParts;
  #isLeaving = false;
  #isHeld = false;

  constructor(parts: DialRequestParts) {
    this.#parts = parts;
  }

  /** It is under way, and this run of the program will hear what became of it: the carrier cannot be asked about it before. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** It is certain not to have left: whoever ends the call takes it back. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** It is about to leave. */
  submitting(): void {
    const { clock, book, step } = this.#parts;
    this.#isLeaving = true;
    this.#isHeld = true;
    step({ type: 'request.leaving' });
    book.hops.reach('dialled', clock.nowMs());
  }

  /** It leaves: from now on there may be a leg. */
  leaves(): void {
    this.#isHeld = false;
  }

  /** It did not leave; it waits to be tried again. */
  stays(): void {
    this.#isHeld = true;
  }

  /** @param queueMs how long the carrier makes it wait; null when it does not say */
  accepted(ref: LegRef, queueMs: number | null): void {
    const { clock, book, step } = this.#parts;
    const leg = this.#parts.leg();
    this.#isLeaving = false;
    this.#isHeld = false;
    leg.know(ref);
    book.hops.reach('accepted', clock.nowMs(), queueMs ? `queued for ${queueMs} ms` : undefined);
    step({ type: 'request.accepted' });
    // A webhook may have been faster: the ids are worth keeping all the same.
    book.patch({ requestId: leg.ref.requestId, carrierCallId: leg.ref.carrierCallId });
  }

  /** It may not leave any more, through nobody's doing in this call: the lead is ready for another attempt. */
  takeBack(reason: string): void {
    const { book, isOver, step } = this.#parts;
    if (isOver() || !this.#isHeld) return;
    book.takenBack(reason);
    step({ type: 'request.rejected', outcome: 'cancelled' });
  }

  rejected(outcome: Outcome, cause: string, by: Party): void {
    const { book, step } = this.#parts;
    book.endedBy(by, cause);
    step({ type: 'request.rejected', outcome });
  }

  /** Whether the carrier took it is not known. */
  lost(): void {
    this.#isLeaving = false;
    this.#parts.step({ type: 'request.lost' });
  }
}
