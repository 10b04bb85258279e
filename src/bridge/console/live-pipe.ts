import type { Slot } from './frame-pool.ts';
import type { MessagePipe } from './message-pipe.ts';

/** What the live socket needs of a pipe beyond its messages. */
export interface LivePipe extends MessagePipe {
  readonly isOpen: boolean;
  /** Like `send`, without a copy: the slot is given back when its bytes are out. */
  sendSlot(slot: Slot): void;
  /** Writes inside belong together. */
  batch(write: () => void): void;
  /** Told when bytes that waited have gone. */
  onDrain(listener: () => void): void;
  /** End it without waiting for the other side. @param problem why, where something is wrong with it */
  terminate(problem?: string): void;
}
