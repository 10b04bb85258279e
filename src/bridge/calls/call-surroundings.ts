import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { FrameTurns } from '../media/frame-turns.ts';
import type { Pacer } from '../media/pacer.ts';
import type { Store } from '../store/store.ts';
import type { OpenVoiceDetector } from './call-ear.ts';
import type { RecordingPump } from './record/recorder.ts';
import type { ClipShelf } from './voice/clip-shelf.ts';

/** Everything that a live call borrows from the bridge. */
export interface CallSurroundings {
  readonly store: Store;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly turns: FrameTurns;
  readonly pump: RecordingPump;
  readonly shelf: ClipShelf;
  readonly publish: Publish;
  readonly log: Logger;
  readonly random: () => number;
  /** Hears on this machine when somebody speaks; without it, only the services do. */
  readonly openDetector?: OpenVoiceDetector | undefined;
  /** Keeps what passes between us and the services. */
  readonly note?: NoteExchange | undefined;
}
