import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Slot } from './frame-pool.ts';
import type { LivePipe } from './live-pipe.ts';

const pingMs = 30_000;

/** A console at the other end of a WebSocket. One that does not answer pings is gone. */
export class WebSocketPipe implements LivePipe {
  readonly #socket: WebSocket;
  readonly #underlying: Duplex;
  readonly #clock: Clock;
  #isAlive = true;
  #cancelPing: () => void;

  constructor(socket: WebSocket, underlying: Duplex, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#socket = socket;
    this.#underlying = underlying;
    this.#clock = clock;
    socket.on('error', (error: Error) => {
      log.info({ problem: error.message }, 'A live socket failed');
      socket.terminate();
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('close', () => this.#cancelPing());
    this.#cancelPing = clock.after(pingMs, () => this.#ping());
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: string | Uint8Array): void {
    // The socket may write bytes later than it takes them.
    if (this.isOpen) this.#socket.send(typeof data === 'string' ? data : Uint8Array.from(data));
  }

  sendSlot(slot: Slot): void {
    if (this.isOpen) this.#socket.send(slot.buffer, slot.release);
    else slot.release();
  }

  batch(write: () => void): void {
    this.#underlying.cork();
    try {
      write();
    } finally {
      this.#underlying.uncork();
    }
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#socket.on('message', (data: RawData, isBinary) => {
      if (!isBinary) listener(data.toString());
      else if (data instanceof Uint8Array) listener(data);
    });
  }

  onDrain(listener: () => void): void {
    this.#underlying.on('drain', listener);
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', listener);
  }

  close(): void {
    this.#socket.close();
  }

  terminate(problem?: string): void {
    this.#cancelPing();
    if (problem === undefined) this.#socket.terminate();
    else this.#socket.close(1011, problem);
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
    this.#cancelPing = this.#clock.after(pingMs, () => this.#ping());
  }
}
