/**
 * Messages both ways between a console and the bridge, in order, each whole: a WebSocket, or one end of a message channel inside this
 * program.
 */
export interface MessagePipe {
  /** Text or bytes to the console. The bytes are only valid during the call: a pipe that keeps them copies them. Never throws. */
  send(data: string | Uint8Array): void;
  /** Told of every message of the console. Called once, before anything is sent; what came earlier is kept for it. */
  onMessage(listener: (data: string | Uint8Array) => void): void;
  /** Told once when the pipe is gone, whoever closed it. */
  onClose(listener: () => void): void;
  /** End it. May be called again. */
  close(): void;
  /** Bytes that were sent and not yet taken by the other end; 0 where that is not known. */
  readonly bufferedBytes: number;
}
