/** One connection to the bridge, whatever carries it: text messages both ways, and audio as bytes. */
export interface Pipe {
  send(message: string | Uint8Array): void;
  close(): void;
}

export interface PipeEvents {
  opened(): void;
  text(message: string): void;
  bytes(message: Uint8Array): void;
  /** It ended, or never came about. @param refused the bridge does not know this console: trying again is of no use */
  closed(refused: boolean): void;
}

export type OpenPipe = (on: PipeEvents) => Pipe;
