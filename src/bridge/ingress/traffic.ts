import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Headers of an answer and of a socket's frames, which the counts of a tunnel's provider hold too, are in the bytes already. */
interface Known {
  readonly socket: Socket;
  counted: number;
}

/**
 * Counts what comes in from outside: requests, and bytes both ways. A connection counts once a request on it names the public address; who
 * comes over loopback itself (the rehearsal world) costs nobody anything.
 */
export class Traffic {
  readonly #isOutside: (request: IncomingMessage) => boolean;
  readonly #open = new Map<Socket, Known>();
  #requests = 0;
  #bytes = 0;

  /** @param isOutside whether this request came through the tunnel */
  constructor(server: Server, isOutside: (request: IncomingMessage) => boolean) {
    this.#isOutside = isOutside;
    server.on('request', (request) => this.#note(request));
    server.on('upgrade', (request) => this.#note(request));
  }

  /** What came since the last time. */
  take(): { readonly requests: number; readonly bytes: number } {
    for (const known of this.#open.values()) this.#count(known);
    const taken = { requests: this.#requests, bytes: this.#bytes };
    this.#requests = 0;
    this.#bytes = 0;
    return taken;
  }

  #note(request: IncomingMessage): void {
    if (!this.#isOutside(request)) return;
    this.#requests += 1;
    const { socket } = request;
    if (this.#open.has(socket)) return;
    const known: Known = { socket, counted: 0 };
    this.#open.set(socket, known);
    socket.once('close', () => {
      this.#count(known);
      this.#open.delete(socket);
    });
  }

  #count(known: Known): void {
    const all = known.socket.bytesRead + known.socket.bytesWritten;
    this.#bytes += all - known.counted;
    known.counted = all;
  }
}
