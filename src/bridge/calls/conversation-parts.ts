import type { Logger } from 'pino';
import type { Party } from '#bridge/contract/words.ts';
import type { CallDocument } from '../carriers/carrier.ts';
import type { TransferTarget } from '../domain/call-flow.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { CallGuard } from './call-guard.ts';
import type { CallScript } from './call-script.ts';
import type { CallSurroundings } from './call-surroundings.ts';
import type { CallPeople } from './person/call-people.ts';
import type { CallBook } from './record/call-book.ts';
import type { CallTransfer } from './transfer/call-transfer.ts';
import type { TransferWish } from './transfer/transfer-desk.ts';

/** What a conversation is made of, and what it asks of its call. */
export interface ConversationParts {
  readonly record: AttemptRecord;
  readonly script: CallScript;
  /** With a clock whose timers cannot throw. */
  readonly around: CallSurroundings;
  readonly book: CallBook;
  readonly guard: CallGuard;
  readonly log: Logger;
  isOver(): boolean;
  /** Another run of this program was talking with the lead, and nobody has since. */
  wasRestarted(): boolean;
  /** Whether the call that a media socket names is this one. */
  isOurs(carrierCallId: string): boolean;
  changed(): void;
  /** Those of our side on this call. */
  people(): CallPeople;
  /** What is told of its transfers. */
  transfer(): CallTransfer;
  /** Somebody of ours who can be rung for the lead now, and is kept free for them; null when nobody can. */
  personFor(): TransferTarget | null;
  /** The AI would like to put the lead through to a person. */
  transferWanted(wish: TransferWish): void;
  /** Audio proves an answer that nobody told us of. */
  mediaOpened(atMs: number): void;
  hangUp(by: Party, reason: string): void;
  /** The leg will not ask for its next document; it has to be given it. */
  redirect(document: CallDocument): void;
  /** The leg should have asked for something, or ended. */
  lookUp(): void;
}
