import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { secureOptions } from '../secure-connection.ts';
import { judgeHandshake, judgeNetwork, type Verdict } from './failures.ts';
import { type MessageLane, messageTurns } from './message-turns.ts';

export interface SocketAddress {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SocketHandlers {
  opened(): void;
  message(text: string): void;
  trouble(detail: string): void;
  /** The socket is gone and was not closed by us. Comes once, last. @param retryAfterMs how long the service asked us to wait */
  lost(verdict: Verdict, retryAfterMs: number | null): void;
}

/** Far above any message of the service (an audio delta is some kilobytes, a session with the longest instructions 200 KB). */
const maxPayloadBytes = 4 * 1024 * 1024;
/** About ten seconds of a callee's frames: what waits longer than this is of no use in a conversation. */
export const maxBufferedBytes = 128 * 1024;
/** So long may the service leave everything unread before the socket counts as dead. */
const stalledMs = 5_000;
export const pingEveryMs = 10_000;
/** So many pings without any sign of life mean that the connection is dead; only if the service has ever answered one. */
const deadAfterPings = 3;
/** The body of a refused handshake is a few hundred bytes; nobody waits for more. */
const bodyBytes = 16 * 1024;
const bodyMs = 1_000;
/** So many messages wait here to be taken up; the others wait at the service. */
const maxWaitingMessages = 256;
const asText = { binary: false } as const;
/** When the service asks us to slow down (429) without saying for how long. */
const slowDownMs = 5_000;

/** One socket to the service: opens, tells why it could not, notices when it is dead, never lets an unread one eat memory. */
export class RealtimeSocket {
  readonly #clock: Clock;
  readonly #handlers: SocketHandlers;
  readonly #socket: WebSocket | null;
  readonly #lane: MessageLane;
  #opened = false;
  #over = false;
  #cancelPing: (() => void) | null = null;
  #cancelBody: (() => void) | null = null;
  #pings = 0;
  #answersPings = false;
  #fullSinceMs: number | null = null;
  #dropped = 0;

  constructor(address: SocketAddress, clock: Clock, handlers: SocketHandlers) {
    this.#clock = clock;
    this.#handlers = handlers;
    this.#lane = messageTurns.lane((message) => {
      if (!this.#over) handlers.message(message.toString());
      if (this.#socket?.isPaused && this.#lane.size < maxWaitingMessages) this.#socket.resume();
    });
    this.#socket = this.#connect(address);
  }

  get #isOpen(): boolean {
    return !this.#over && this.#socket?.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    if (this.#isOpen) this.#socket?.send(text);
  }

  /**
   * Like `send`, but dropped when too much waits already: late audio is worse than none.
   * @param message text as bytes; copied
   * @returns false when it was dropped
   */
  sendAudio(message: Buffer): boolean {
    const socket = this.#socket;
    if (!socket || !this.#isOpen) return false;
    if (socket.bufferedAmount <= maxBufferedBytes) {
      if (this.#fullSinceMs !== null) this.#drained();
      socket.send(message, asText);
      return true;
    }
    this.#dropped += 1;
    const nowMs = this.#clock.monotonicMs();
    if (this.#fullSinceMs === null) {
      this.#fullSinceMs = nowMs;
      this.#handlers.trouble('OpenAI does not take the audio as fast as it comes; frames are dropped');
    } else if (nowMs - this.#fullSinceMs > stalledMs) {
      this.#lose({ meaning: 'gone', cause: 'OpenAI stopped taking audio', cure: null });
    }
    return false;
  }

  /** Close in good order; nothing is reported any more. */
  close(): void {
    if (this.#over) return;
    this.#end();
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.close(1000);
      // A service that does not answer the close is cut off; the timer keeps nothing alive but this socket.
      const cancel = this.#clock.after(2_000, () => this.#socket?.terminate());
      this.#socket.once('close', cancel);
    } else {
      this.#socket?.terminate();
    }
  }

  /** Give up on the socket for a reason that we found ourselves. */
  abandon(): void {
    if (this.#over) return;
    this.#end();
    this.#socket?.terminate();
  }

  #connect(address: SocketAddress): WebSocket | null {
    let socket: WebSocket;
    try {
      socket = new WebSocket(address.url, {
        ...secureOptions(address.url),
        headers: address.headers,
        perMessageDeflate: false,
        maxPayload: maxPayloadBytes,
        skipUTF8Validation: true,
      });
    } catch {
      // A key with a line break in it, or an address that no socket can have.
      const verdict: Verdict = {
        meaning: 'account',
        cause: 'the OpenAI key or address holds characters that cannot be sent',
        cure: 'Enter OPENAI_API_KEY again, without spaces or line breaks.',
      };
      queueMicrotask(() => this.#lose(verdict));
      return null;
    }
    socket.on('open', () => {
      if (this.#over) return;
      this.#opened = true;
      this.#ping();
      this.#handlers.opened();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (this.#over) return;
      this.#pings = 0;
      if (isBinary) this.#handlers.trouble('OpenAI sent a binary message');
      else this.#take(data as Buffer);
    });
    socket.on('pong', () => {
      this.#answersPings = true;
      this.#pings = 0;
    });
    socket.on('unexpected-response', (request, response) => this.#refused(response, () => request.destroy()));
    socket.on('error', (error) => {
      if (this.#opened) this.#lose({ meaning: 'gone', cause: 'OpenAI sent a frame that is too large or broken', cure: null });
      else this.#lose(judgeNetwork(error));
    });
    socket.on('close', (code) => {
      // The last words of the service often say why it closes.
      this.#lane.settle();
      this.#lose({
        meaning: code === 4000 ? 'account' : 'gone',
        cause: code === 1006 ? 'the connection to OpenAI was cut (1006)' : `OpenAI closed the session (${code})`,
        cure: null,
      });
    });
    return socket;
  }

  #take(message: Buffer): void {
    this.#lane.add(message);
    if (this.#lane.size >= maxWaitingMessages) this.#socket?.pause();
  }

  /** The service answered the upgrade with an ordinary HTTP response; its body says more than its status. */
  #refused(response: IncomingMessage, destroy: () => void): void {
    if (this.#over) {
      destroy();
      return;
    }
    const status = response.statusCode ?? 0;
    const retryAfter = Number(response.headers['retry-after']);
    let body = '';
    const finish = () => {
      this.#cancelBody?.();
      destroy();
      const askedMs = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1000 : null;
      this.#lose(judgeHandshake(status, errorCodeIn(body)), askedMs ?? (status === 429 ? slowDownMs : null));
    };
    this.#cancelBody = this.#clock.after(bodyMs, finish);
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > bodyBytes) finish();
    });
    response.on('end', finish);
    response.on('error', finish);
  }

  #ping(): void {
    this.#cancelPing = this.#clock.after(pingEveryMs, () => {
      if (!this.#isOpen) return;
      if (this.#answersPings && this.#pings >= deadAfterPings) {
        this.#lose({ meaning: 'gone', cause: 'OpenAI fell silent; the connection is dead', cure: null });
        return;
      }
      this.#pings += 1;
      this.#socket?.ping();
      this.#ping();
    });
  }

  #drained(): void {
    this.#fullSinceMs = null;
    this.#handlers.trouble(`OpenAI takes audio again; ${this.#dropped} frames were dropped`);
    this.#dropped = 0;
  }

  #lose(verdict: Verdict, retryAfterMs: number | null = null): void {
    if (this.#over) return;
    this.#end();
    this.#socket?.terminate();
    this.#handlers.lost(verdict, retryAfterMs);
  }

  #end(): void {
    this.#over = true;
    this.#lane.forget();
    this.#cancelPing?.();
    this.#cancelBody?.();
  }
}

function errorCodeIn(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : null;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}
