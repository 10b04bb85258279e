import type { Clock } from '#bridge/contract/clock.ts';
import type { DialResult } from '../../carriers/carrier.ts';
import type { TransferTarget } from '../../domain/call-flow.ts';
import type { CallBook } from '../record/call-book.ts';
import type { CallTalk } from '../talk/call-talk.ts';
import type { CallTransfer } from './call-transfer.ts';

export interface ColdDialParts {
  readonly talk: Pick<CallTalk, 'state' | 'dispatch' | 'optedOut'>;
  readonly book: Pick<CallBook, 'cost' | 'wasTransferred'>;
  readonly clock: Clock;
  /** What is told of the transfers of this call. */
  transfer(): CallTransfer;
  changed(): void;
}

/** The line itself rings somebody for the lead: whom, since when, and what came of it. */
export class ColdDial {
  readonly #parts: ColdDialParts;
  #ringsSinceMs: number | null = null;
  #target: TransferTarget | null = null;
  /** Why the line is fetched back from whom it rings, as the transfer tells it. */
  #fetchedBecause = 'the call was taken back';
  /** The line ended while it was, or may have been, connected to somebody else. */
  #endedElsewhere = false;

  constructor(parts: ColdDialParts) {
    this.#parts = parts;
  }

  /** The carrier may still tell that the lead was connected, of a call that is over. */
  get awaitsNews(): boolean {
    return this.#endedElsewhere;
  }

  /** The leg was told to ring. */
  began(): void {
    this.#ringsSinceMs = this.#parts.clock.nowMs();
    this.#tell((transfer, target) => transfer.coldRinging(target));
  }

  /** Whom the leg was put through to has picked up. */
  answered(): void {
    if (this.#parts.talk.state.kind === 'transferring' && this.#ringsSinceMs !== null)
      this.#tell((transfer, target) => transfer.coldAnswered(target));
  }

  /** Whom the leg was put through to has gone, or never came. */
  ended(result: DialResult, cause: string): void {
    const { talk, book, clock, changed } = this.#parts;
    const answered = result === 'answered';
    if (answered && this.#ringsSinceMs !== null) book.cost.transferred(clock.nowMs() - this.#ringsSinceMs);
    if (this.#ringsSinceMs !== null) this.#tell((transfer, target) => transfer.coldEnded(target, result, cause));
    this.#ringsSinceMs = null;
    if (talk.state.kind === 'transferring') talk.dispatch({ type: 'transfer.ended', answered, cause });
    else if (this.#endedElsewhere) {
      // Both ends of a transferred call go away at the same moment, and the carrier tells of either first.
      this.#endedElsewhere = false;
      if (answered && !talk.optedOut) book.wasTransferred();
      changed();
    }
  }

  /** The line comes back from whom it rings. */
  cancel(cause: string): void {
    this.#fetchedBecause = cause;
    this.#parts.talk.dispatch({ type: 'transfer.cancelled', cause });
  }

  /** The leg is fetched back. @param redirect gives it something else to run */
  fetchBack(redirect: () => void): void {
    const { book, clock, transfer } = this.#parts;
    const ringsSinceMs = this.#ringsSinceMs;
    this.#ringsSinceMs = null;
    redirect();
    if (ringsSinceMs === null) return;
    // Fetched back from somebody who had picked up.
    if (transfer().isDialTaken) book.cost.transferred(clock.nowMs() - ringsSinceMs);
    this.#tell((told, target) => told.coldEnded(target, 'cancelled', this.#fetchedBecause));
  }

  /** The lead's leg is gone. */
  lineEnded(): void {
    this.#endedElsewhere = this.#parts.talk.state.kind === 'transferring';
  }

  /** The line itself was put through to somebody, or comes back from them. */
  #tell(tell: (transfer: CallTransfer, target: TransferTarget) => void): void {
    const { talk, transfer } = this.#parts;
    const { state } = talk;
    if (state.kind === 'transferring') this.#target = state.target;
    if (this.#target !== null) tell(transfer(), this.#target);
  }
}
