import type { Logger } from 'pino';
import type { SetupStatus } from './contract/operations.ts';
import type { Settings } from './settings.ts';

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
  /** Nobody is dialled any more; calls in progress go on. May be called again. */
  stopDialling(): void;
  /**
   * Say goodbye on every live call and end it; hang up what is left after `limitMs`. A second call shortens the first: with 0 everything
   * is hung up at once, and both promises resolve.
   */
  land(limitMs: number): Promise<void>;
  /** Close every socket, file, timer and worker. May be called again. */
  close(): Promise<void>;
}

/** @throws {BridgeError} `port/in-use`, `store/*`, `settings/*`: each with a sentence that says what to do */
export type CreateBridge = (settings: Settings, log: Logger) => Promise<Bridge>;
