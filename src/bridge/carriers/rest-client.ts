import type { Logger } from 'pino';
import { Agent, type Dispatcher, request as undiciRequest } from 'undici';
import type { Clock } from '#bridge/contract/clock.ts';

/** A connection that is not there after this long means an unreachable carrier: nothing was sent, so nothing rang. */
const connectTimeoutMs = 3_000;
/** A create request may take long at the carrier; beyond this nobody knows what became of it. Must exceed the connect timeout. */
const totalTimeoutMs = 15_000;
/** Call lists come 1000 rows at most; a body beyond this is not an answer of a phone company. */
const maxBodyBytes = 4 * 1024 * 1024;

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query below the base address, beginning with a slash. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  /**
   * Open a connection for this request alone. A kept connection may be closed by the other side in the very moment in which we write,
   * and then nobody knows whether the request arrived; with a dial that doubt costs a lead.
   */
  readonly ownConnection?: boolean;
}

export interface RestAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** By how much our clock was ahead of the one in the answer's `Date`, which counts whole seconds; null without one. */
  readonly clockAheadMs: number | null;
  readonly text: string;
}

/** No answer came. `sent` tells whether a byte of the request may have left. */
export class RestFailure extends Error {
  override readonly name = 'RestFailure';
  readonly sent: boolean;
  readonly reason: 'aborted' | 'timeout' | 'connection';

  constructor(sent: boolean, reason: RestFailure['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.sent = sent;
    this.reason = reason;
  }
}

/** REST over undici with one promise: a request is written at most once, and a failure says whether it was written. */
export class RestClient {
  readonly #origin: string;
  readonly #prefix: string;
  readonly #authorization: string;
  readonly #password: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #kept: Agent;
  readonly #single: Agent;

  /** @param baseUrl as `https://api.twilio.com`, or any http(s) address with an optional path before the carrier's own */
  constructor(options: { baseUrl: string; user: string; password: string; clock: Clock; log: Logger }) {
    const base = new URL(options.baseUrl);
    this.#origin = base.origin;
    this.#prefix = base.pathname.replace(/\/+$/, '');
    this.#authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;
    this.#password = options.password;
    this.#clock = options.clock;
    this.#log = options.log;
    const settings = {
      allowH2: false,
      connect: { timeout: connectTimeoutMs },
      headersTimeout: totalTimeoutMs,
      bodyTimeout: totalTimeoutMs,
      maxResponseSize: maxBodyBytes,
    };
    this.#kept = new Agent({ ...settings, connections: 8 });
    this.#single = new Agent({ ...settings, pipelining: 0 });
  }

  /** @throws {RestFailure} when no whole answer came; any status is an answer */
  async send(request: RestRequest, signal?: AbortSignal): Promise<RestAnswer> {
    if (signal?.aborted) throw new RestFailure(false, 'aborted', 'it was cancelled before it was sent');
    const abort = new AbortController();
    let sent = false;
    let ended: RestFailure['reason'] | null = null;
    // A request that still waits for its connection cannot be taken back at once, but it is dropped when its turn comes, before its
    // first byte; nobody has to wait for that.
    let leave: () => void = () => {};
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(new Error('gave up before sending'));
    });
    const stop = (reason: RestFailure['reason']) => {
      ended ??= reason;
      abort.abort();
      if (!sent) leave();
    };
    const onAbort = () => stop('aborted');
    signal?.addEventListener('abort', onAbort, { once: true });
    const startedAtMs = this.#clock.monotonicMs();
    const askedAtMs = this.#clock.nowMs();
    const timers = [
      this.#clock.after(connectTimeoutMs, () => {
        if (!sent) stop('timeout');
      }),
      this.#clock.after(totalTimeoutMs, () => stop('timeout')),
    ];
    try {
      const dispatcher = (request.ownConnection ? this.#single : this.#kept).compose(
        noteStart(() => {
          if (!abort.signal.aborted) sent = true;
        }),
      );
      const asked = undiciRequest(`${this.#origin}${this.#prefix}${request.path}`, {
        dispatcher,
        method: request.method,
        headers: {
          authorization: this.#authorization,
          accept: 'application/json',
          ...(request.contentType ? { 'content-type': request.contentType } : {}),
        },
        body: request.body ?? null,
        signal: abort.signal,
      });
      const response = await Promise.race([asked, left]);
      const whole = await response.body.text();
      // Whoever refuses a token may say it back, and what a carrier says of an error is kept and shown.
      const text = response.statusCode < 400 ? whole : whole.replaceAll(this.#password || '\0', '•••');
      this.#log.debug(
        { method: request.method, status: response.statusCode, tookMs: Math.round(this.#clock.monotonicMs() - startedAtMs) },
        'carrier answered a request',
      );
      return {
        status: response.statusCode,
        retryAfterMs: retryAfterMs(response.headers['retry-after'], this.#clock.nowMs()),
        clockAheadMs: aheadMs(response.headers.date, (askedAtMs + this.#clock.nowMs()) / 2),
        text,
      };
    } catch (error) {
      const reason = ended ?? 'connection';
      throw new RestFailure(sent, reason, describe(error, reason, sent), error);
    } finally {
      for (const cancel of timers) cancel();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Close all connections at once; requests in flight fail. */
  async close(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#single.destroy()]);
  }
}

/** Tells when a request is handed to a connected socket, which is the moment before its first byte. */
function noteStart(onStart: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        onStart();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (controller, status, headers, message) => handler.onResponseStart?.(controller, status, headers, message),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });
}

const plainReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'its address could not be found',
  EAI_AGAIN: 'its address could not be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection did not come about',
  UND_ERR_CONNECT_TIMEOUT: 'the connection did not come about',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'its answer did not end in time',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'its answer was far too long',
};

function describe(error: unknown, reason: RestFailure['reason'], sent: boolean): string {
  if (reason === 'aborted') return sent ? 'it was cancelled after it was sent' : 'it was cancelled before it was sent';
  if (reason === 'timeout') return sent ? 'it did not answer in time' : 'the connection did not come about';
  const code = codeOf(error);
  const known = plainReasons[code];
  if (known) return known;
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code) ? `its certificate was not accepted (${code})` : `the connection failed (${code})`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.name;
}

/** The middle of the second that the header names, against the middle of our waiting. */
function aheadMs(header: string | string[] | undefined, middleMs: number): number | null {
  const atMs = Date.parse((Array.isArray(header) ? header[0] : header) ?? '');
  return Number.isFinite(atMs) ? Math.round(middleMs - (atMs + 500)) : null;
}

/** `Retry-After` in seconds or as a date, in milliseconds from now. */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) ? Math.max(0, atMs - nowMs) : null;
}
