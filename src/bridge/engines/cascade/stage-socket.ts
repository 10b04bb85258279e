import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { secureOptions } from '../secure-connection.ts';
import { Timers } from '../timers.ts';
import { codeIn, gone, judgeNetwork, judgeStatus, type ServiceName, type StageProblem } from './problems.ts';

export interface StageSocketOptions {
  readonly service: ServiceName;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** How long the upgrade may take. */
  readonly openLimitMs: number;
}

export interface StageSocketHandlers {
  opened(): void;
  text(text: string): void;
  /** Valid during the call. */
  binary(bytes: Uint8Array): void;
  /** The socket is gone and was not closed by us. Comes once, last. @param code of the close; null when it never opened */
  lost(problem: StageProblem, code: number | null): void;
}

const maxPayloadBytes = 4 * 1024 * 1024;
/** About ten seconds of a callee's frames: what waits longer than this is of no use in a conversation. */
const maxBufferedBytes = 128 * 1024;
const bodyBytes = 16 * 1024;
const bodyMs = 1_000;
const pingEveryMs = 5_000;
/** Without any sign of life for so many pings the connection is dead; only where the service has ever answered one. */
const deadAfterPings = 2;
/** A service that does not answer the close is cut off. */
const closeLimitMs = 2_000;

/** One socket to a service of a stage: opens, tells why it could not, notices when it is dead. Never reconnects by itself. */
export class StageSocket {
  readonly #options: StageSocketOptions;
  readonly #on: StageSocketHandlers;
  readonly #timers: Timers;
  readonly #socket: WebSocket | null;
  #state: 'opening' | 'open' | 'over' = 'opening';
  #pings = 0;
  #answersPings = false;

  constructor(options: StageSocketOptions, handlers: StageSocketHandlers) {
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(options.clock);
    const { service } = options;
    this.#timers.set('open', options.openLimitMs, () =>
      this.#lose(gone(service, `did not open a connection within ${options.openLimitMs} ms`), null),
    );
    this.#socket = this.#connect();
  }

  get isOpen(): boolean {
    return this.#state === 'open' && this.#socket?.readyState === WebSocket.OPEN;
  }

  send(message: object): void {
    if (this.isOpen) this.#socket?.send(JSON.stringify(message));
  }

  /** @param bytes copied @returns false when the service does not take them as fast as they come, or is gone */
  sendAudio(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (!socket || !this.isOpen || socket.bufferedAmount > maxBufferedBytes) return false;
    socket.send(bytes, { binary: true });
    return true;
  }

  /** Close in good order; nothing is reported any more. @param last said before it */
  close(last?: object): void {
    if (this.#state === 'over') return;
    const socket = this.#socket;
    if (socket?.readyState === WebSocket.OPEN) {
      if (last) socket.send(JSON.stringify(last));
      this.#end();
      socket.close(1000);
      const cancel = this.#options.clock.after(closeLimitMs, () => socket.terminate());
      socket.once('close', cancel);
      return;
    }
    this.#end();
    socket?.terminate();
  }

  #connect(): WebSocket | null {
    const { url, headers, service } = this.#options;
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, {
        ...secureOptions(url),
        headers: { ...headers },
        perMessageDeflate: false,
        maxPayload: maxPayloadBytes,
        skipUTF8Validation: true,
      });
    } catch {
      // A key with a line break in it, or an address that no socket can have.
      const problem: StageProblem = {
        kind: 'fatal',
        cause: `the ${service.name} key or address holds characters that cannot be sent`,
        cure: `Enter ${service.keyVariable} again, without spaces or line breaks.`,
      };
      queueMicrotask(() => this.#lose(problem, null));
      return null;
    }
    socket.on('open', () => {
      if (this.#state !== 'opening') return;
      this.#state = 'open';
      this.#timers.clear('open');
      this.#ping();
      this.#on.opened();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (this.#state === 'over') return;
      this.#pings = 0;
      if (!isBinary) this.#on.text(data.toString());
      else if (data instanceof Uint8Array) this.#on.binary(data);
    });
    socket.on('pong', () => {
      this.#answersPings = true;
      this.#pings = 0;
    });
    socket.on('unexpected-response', (request, response) => this.#refused(response, () => request.destroy()));
    socket.on('error', (error) =>
      this.#state === 'open'
        ? this.#lose(gone(service, 'sent a frame that cannot be read'), null)
        : this.#lose(judgeNetwork(service, error), null),
    );
    socket.on('close', (code) =>
      this.#lose(gone(service, code === 1006 ? 'cut the connection (1006)' : `closed the connection (${code})`), code),
    );
    return socket;
  }

  /** The service answered the upgrade with an ordinary HTTP response; its body says more than its status. */
  #refused(response: IncomingMessage, destroy: () => void): void {
    if (this.#state === 'over') {
      destroy();
      return;
    }
    this.#timers.clear('open');
    let body = '';
    const finish = () => {
      this.#timers.clear('body');
      destroy();
      this.#lose(judgeStatus(this.#options.service, response.statusCode ?? 0, codeIn(body)), null);
    };
    this.#timers.set('body', bodyMs, finish);
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > bodyBytes) finish();
    });
    response.on('end', finish);
    response.on('error', finish);
  }

  #ping(): void {
    this.#timers.set('ping', pingEveryMs, () => {
      if (!this.isOpen) return;
      if (this.#answersPings && this.#pings >= deadAfterPings) {
        this.#lose(gone(this.#options.service, 'fell silent; the connection is dead'), null);
        return;
      }
      this.#pings += 1;
      this.#socket?.ping();
      this.#ping();
    });
  }

  #lose(problem: StageProblem, code: number | null): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#socket?.terminate();
    this.#on.lost(problem, code);
  }

  #end(): void {
    this.#state = 'over';
    this.#timers.end();
  }
}
