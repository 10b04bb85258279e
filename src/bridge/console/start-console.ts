import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Calls } from '#bridge/calls/calls.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError, type ErrorBody, statusOf } from '#bridge/contract/errors.ts';
import type { Store } from '#bridge/store/store.ts';
import { createDispatch, type Dispatch, errorOf, invalidInput } from './dispatch.ts';
import { Guard, notHere, refusals } from './guard.ts';
import { createHandlers } from './handlers.ts';
import { largeInputMaxBytes, largeOperations, smallInputMaxBytes } from './input-limits.ts';
import { mountLiveDoor } from './live-door.ts';
import type { LiveFeed } from './live-feed.ts';
import { LiveSocket } from './live-socket.ts';
import { openApi } from './open-api.ts';
import { serveRecording } from './recordings.ts';
import type { ConsoleSetup } from './setup.ts';

const headersMs = 10_000;
/** The largest lead list over a slow link to this machine. */
const requestMs = 120_000;
const connectionsMax = 256;

export interface ConsoleOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly token: string;
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly store: Store;
  readonly feed: LiveFeed;
  readonly setup: ConsoleSetup;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}

export interface Console {
  readonly port: number;
  readonly url: string;
  /** The door for who is in this process: the caller is trusted. */
  readonly dispatch: Dispatch;
  /** Consoles on the live socket now. */
  readonly liveSockets: number;
  /** Ends every socket. May be called again. */
  close(): Promise<void>;
}

/**
 * Start the private side: operations, recordings, the live socket. It listens on loopback only, and every request needs the token.
 *
 * @throws {BridgeError} `port/in-use`, `settings/invalid` when this user may not open the port
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const log = options.log.child({ part: 'console' });
  const dispatch = createDispatch(createHandlers(options), log);
  // The port is part of what the guard compares; until it is known nobody can have connected.
  let guard: Guard | null = null;

  const app = Fastify({
    logger: false,
    bodyLimit: smallInputMaxBytes,
    forceCloseConnections: true,
    requestTimeout: requestMs,
    exposeHeadRoutes: false,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: 2_000,
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    routerOptions: { caseSensitive: true },
    // An address that cannot be decoded reaches no hook; whoever has no token must not see the difference.
    frameworkErrors: (_error, request, reply) => {
      const verdict = guard?.check(request.headers) ?? 'no-token';
      void (verdict === 'welcome' ? sendError(reply, notHere) : sendError(reply, refusals[verdict].error));
    },
  });
  app.server.maxConnections = connectionsMax;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const verdict = guard?.check(request.headers) ?? 'no-token';
    if (verdict !== 'welcome') await sendError(reply.header('connection', 'close'), refusals[verdict].error);
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, notHere));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode === 413) return sendError(reply, invalidInput([{ field: '', message: 'is too large for this operation' }]), 413);
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendError(reply, invalidInput([{ field: '', message: error.message }]));
    return sendError(reply, errorOf(error, 'http', log));
  });
  mountRoutes(app, dispatch, options);
  const sockets = mountLiveDoor(app.server, {
    guard: () => guard,
    open: (socket, underlying, onClosed) => new LiveSocket(socket, underlying, { ...options, dispatch, log }, onClosed),
  });

  try {
    await app.listen({ host: '127.0.0.1', port: options.port });
  } catch (error) {
    sockets.close();
    await app.close();
    throw portProblem(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  guard = new Guard(options.token, port);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    dispatch,
    get liveSockets() {
      return sockets.size;
    },
    async close() {
      sockets.close();
      await app.close();
    },
  };
}

function mountRoutes(app: FastifyInstance, dispatch: Dispatch, { calls, version }: ConsoleOptions): void {
  // Whatever a script calls its body, it is JSON.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const run = async (name: string, body: unknown, reply: FastifyReply) => {
    const input = jsonOf(body);
    if ('error' in input) return sendError(reply, input.error);
    const answer = await dispatch(name, input.value);
    return 'error' in answer ? sendError(reply, answer.error) : reply.send(answer);
  };
  for (const name of largeOperations) {
    app.post(`/api/${name}`, { bodyLimit: largeInputMaxBytes }, (request, reply) => run(name, request.body, reply));
  }
  app.post<{ Params: { operation: string } }>('/api/:operation', (request, reply) => run(request.params.operation, request.body, reply));

  let document: string | null = null;
  app.get('/api', (request, reply) => {
    document ??= JSON.stringify(openApi(version, `http://${request.headers.host ?? '127.0.0.1'}`));
    return reply.type('application/json; charset=utf-8').send(document);
  });

  app.route<{ Params: { file: string } }>({
    method: ['GET', 'HEAD'],
    url: '/recordings/:file',
    handler: (request, reply) => {
      const { file } = request.params;
      if (!file.endsWith('.wav')) return sendError(reply, notHere);
      return serveRecording(request, reply, calls, file.slice(0, -'.wav'.length));
    },
  });
}

function jsonOf(body: unknown): { readonly value: unknown } | { readonly error: ErrorBody } {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: invalidInput([{ field: '', message: 'is not JSON' }]) };
  }
}

function sendError(reply: FastifyReply, error: ErrorBody, status: number = statusOf[error.code]): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify({ error }));
}

function portProblem(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const message =
    code === 'EADDRINUSE'
      ? `Port ${port} is in use by another program, perhaps by another Ringside, so the console cannot be opened. Stop that program, or choose another port with RINGSIDE_CONSOLE_PORT (0 picks a free one).`
      : `This user may not open port ${port}. Choose one above 1023 with RINGSIDE_CONSOLE_PORT (0 picks a free one).`;
  return new BridgeError(code === 'EADDRINUSE' ? 'port/in-use' : 'settings/invalid', message, {
    cause: error,
    details: [{ field: 'RINGSIDE_CONSOLE_PORT', message }],
  });
}
