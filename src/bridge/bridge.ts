import type { Logger } from 'pino';
import type { MessagePipe } from './console/message-pipe.ts';
import type { FeedBody } from './contract/feed.ts';
import type { SetupStatus } from './contract/setup.ts';
import type { Settings } from './settings.ts';
import type { StartHelper } from './tunnel/helper-process.ts';
import type { Vault } from './vault.ts';

/** A bridge that runs: both of its sides listen. */
export interface Bridge {
  /** The private side, as `http://127.0.0.1:4700`. */
  readonly console: { readonly url: string; readonly port: number };
  /** The public side as seen from this machine. */
  readonly ingress: { readonly url: string; readonly port: number };
  /** Public origin of the ingress; null while there is none. */
  readonly publicUrl: string | null;
  /** Token of the console. */
  readonly token: string;
  setup(): SetupStatus;
  /**
   * A console without a socket, for a window of this very program: the pipe carries the messages of the live socket, text and binary, in
   * both directions. Whoever holds the other end is trusted. It ends when either side closes the pipe, or the bridge closes.
   */
  openConsole(pipe: MessagePipe): void;
  /**
   * Told of everything that the live feed tells, in this program and without a message between: first each call that lives and each
   * campaign, then every change. The listener must be quick: calls wait for it. @returns ends it
   */
  watch(listener: (event: FeedBody) => void): () => void;
  /** Nobody is dialled any more; calls in progress go on. May be called again. */
  stopDialling(): void;
  /** After `stopDialling`: running campaigns dial again. */
  resumeDialling(): void;
  /**
   * Say goodbye on every live call and end it; hang up what is left after `limitMs`. A second call shortens the first: with 0 everything
   * is hung up at once, and both promises resolve.
   */
  land(limitMs: number): Promise<void>;
  /** Close every socket, file, timer and worker. May be called again. */
  close(): Promise<void>;
}

/** What the program around the bridge brings along. */
export interface BridgeHost {
  /** Where credentials are saved; a file of mode 0600 in the data folder when there is none. */
  readonly vault?: Vault;
  /** Folder of the built screens; `out/renderer` beside the bridge when absent. */
  readonly rendererDir?: string;
  /** What the platform knows of its power; null where nobody can tell. */
  readonly power?: () => { readonly onBattery: boolean; readonly keepsAwake: boolean } | null;
  /** How the data folder fares, in place of what the disk itself says. */
  readonly disk?: { tryDisk(): Promise<void>; freeBytes(): Promise<number> };
  /** Starts a module of ours as a process that can be killed; Node's own `fork` when absent. */
  readonly startHelper?: StartHelper;
}

/** @throws {BridgeError} `port/in-use`, `store/*`, `settings/*`: each with a sentence that says what to do */
export type CreateBridge = (settings: Settings, log: Logger, host?: BridgeHost) => Promise<Bridge>;
