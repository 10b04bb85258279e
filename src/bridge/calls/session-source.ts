import type { LadderEvent } from '../domain/ladder-state.ts';
import type { EngineFailure, EngineSession } from '../engines/engine.ts';

/** Where a call's voice gets its session from: one engine, or one after the other. */
export interface SessionSource {
  /** What to talk to; null when there is none. */
  readonly current: EngineSession | null;
  readonly isReady: boolean;
  /** It may be told to speak: what it is told now it does as soon as it is ready, without a round trip in between. */
  readonly isOpen: boolean;
  /** No session will be had any more. */
  readonly isOver: boolean;
  /** None is at hand, and one could be had. */
  readonly canReopen: boolean;
  /** The phone rings: have a session at hand. */
  prepare(): void;
  /** Somebody is there: from now on it is needed. */
  answered(): void;
  /** Have one in place of one that was given up in the middle of the call. @returns null when none can be had, or it is told everything already */
  reopen(): EngineSession | null;
  /** What is heard on the call, for who decides whether somebody else has to speak. */
  note(event: LadderEvent): void;
  /** The line is dead; late words are still awaited. */
  lineEnded(): void;
  /** It cannot be used, whatever it says itself. */
  fail(failure: EngineFailure): void;
  close(): void;
}
