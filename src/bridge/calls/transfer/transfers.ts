import type { Colleague, ColleagueDraft } from '#bridge/contract/colleagues.ts';
import type { CallId, ColleagueId, TransferRequestId } from '#bridge/contract/ids.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { Session } from '../calls.ts';

/** Handing calls to people on phones, as the console sees it. Every method throws {@link BridgeError} `not-found` for an unknown id. */
export interface Transfers {
  colleagues(): Colleague[];
  saveColleague(draft: ColleagueDraft): Colleague;
  removeColleague(id: ColleagueId): void;
  /** @throws `state/held` when another session holds the call, `state/conflict` when it cannot be handed over or nobody can take it */
  begin(call: CallId, session: Session, order: TransferOrder): void;
  /**
   * Nobody is rung any more. A colleague who is on the line beside the operator leaves it, and the operator keeps the call.
   * @throws `state/conflict` when there is nothing to call off, `state/held` when another session holds the call
   */
  cancel(call: CallId, session: Session): void;
  /** The word that the AI waits for. @throws `state/conflict` when it does not wait any more */
  answerRequest(call: CallId, session: Session, answer: TransferAnswer): void;
}

export interface TransferOrder {
  readonly to: Phone | ColleagueId;
  readonly kind: 'cold' | 'warm';
  /** What the colleague hears first; null has it made from the call. */
  readonly briefing: string | null;
  readonly holdSound: boolean;
}

export interface TransferAnswer {
  readonly requestId: TransferRequestId;
  readonly ok: boolean;
  /** Somebody else than the AI named; null for whom it named. */
  readonly to: Phone | ColleagueId | null;
}
