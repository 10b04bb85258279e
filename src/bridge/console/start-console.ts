import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Calls } from '#bridge/calls/calls.ts';
import type { Duty } from '#bridge/calls/person/duty.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError, type ErrorBody, invalidInput, statusOf } from '#bridge/contract/errors.ts';
import type { Store } from '#bridge/store/store.ts';
import type { ConsoleDiagnosis } from './diagnosis-handlers.ts';
import { type Answer, createDispatch, errorOf, tooLarge } from './dispatch.ts';
import { Guard, notHere, refusals } from './guard.ts';
import { createHandlers } from './handlers.ts';
import { HostPipe } from './host-pipe.ts';
import { largeInputMaxBytes, largeOperations, smallInputMaxBytes } from './input-limits.ts';
import type { ConsoleLine } from './line-handlers.ts';
import { mountLiveDoor } from './live-door.ts';
import type { LiveFeed } from './live-feed.ts';
import { LiveSocket } from './live-socket.ts';
import type { MessagePipe } from './message-pipe.ts';
import { openApi } from './open-api.ts';
import type { ConsoleRehearsal } from './overview-handlers.ts';
import { plainAnswer } from './plain-answer.ts';
import { RecordingTickets } from './recording-tickets.ts';
import { serveRecording } from './recordings.ts';
import { RendererFiles } from './renderer-files.ts';
import { sessionOf } from './session.ts';
import type { ConsoleSetup } from './setup.ts';
import type { ConsoleSettingsKeeper } from './setup-handlers.ts';
import { WebSocketPipe } from './web-socket-pipe.ts';

const headersMs = 10_000;
/** The largest lead list over a slow link to this machine. */
const requestMs = 120_000;
const connectionsMax = 256;

/** What is not HTTP, has a head that is too long, or never comes to an end. Who it is cannot be told from it. */
const unreadable = invalidInput([{ field: '', message: 'is not a request that can be read' }]);

export interface ConsoleOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly token: string;
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly duty: Pick<Duty, 'set'>;
  readonly store: Store;
  readonly feed: LiveFeed;
  readonly setup: ConsoleSetup;
  readonly line: ConsoleLine;
  readonly diagnosis: ConsoleDiagnosis;
  readonly settings: ConsoleSettingsKeeper;
  readonly rehearsal: ConsoleRehearsal;
  /** Folder of the built screens; need not exist. */
  readonly rendererDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}

export interface Console {
  readonly port: number;
  readonly url: string;
  /** The door for who is in this process: the caller is trusted. */
  readonly dispatch: (name: string, input: unknown) => Promise<Answer>;
  /** A console of this very program, see `Bridge.openConsole`. */
  openConsole(pipe: MessagePipe): void;
  /** Consoles on the live socket now. */
  readonly liveSockets: number;
  /** Ends every socket. May be called again. */
  close(): Promise<void>;
}

/**
 * Start the private side: operations, recordings, the live socket, the screens. It listens on loopback only, and every request needs the
 * token, but for the screens, which hold nothing, and a recording whose address bears a ticket.
 *
 * @throws {BridgeError} `port/in-use`, `settings/invalid` when this user may not open the port
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const log = options.log.child({ part: 'console' });
  const tickets = new RecordingTickets(options.clock);
  const dispatch = createDispatch(createHandlers({ ...options, tickets }), log);
  const scripts = sessionOf('api', options.settings);
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
      // The guard refuses who names no host, in the words that everybody gets.
      requireHostHeader: false,
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    routerOptions: { caseSensitive: true },
    // An address that cannot be decoded reaches no hook; whoever has no token must not see the difference.
    frameworkErrors: (_error, request, reply) => {
      const verdict = guard?.check(request.headers) ?? 'no-token';
      void (verdict === 'welcome' ? sendError(reply, notHere) : sendError(reply, refusals[verdict].error));
    },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(plainAnswer(unreadable));
      else socket.destroy();
    },
  });
  app.server.maxConnections = connectionsMax;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const verdict = guard?.check(request.headers) ?? 'no-token';
    if (verdict === 'no-token' && needsNoToken(request, tickets)) return;
    if (verdict !== 'welcome') await sendError(reply.header('connection', 'close'), refusals[verdict].error);
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, notHere));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode === 413) return sendError(reply.header('connection', 'close'), tooLarge);
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendError(reply, invalidInput([{ field: '', message: error.message }]));
    return sendError(reply, errorOf(error, 'http', log));
  });
  mountRoutes(app, (name, input) => dispatch(name, input, scripts), options);
  mountPages(app, new RendererFiles(options.rendererDir), (headers) => guard?.check(headers) === 'welcome');
  const sockets = mountLiveDoor(app.server, {
    guard: () => guard,
    open: (socket, underlying, onClosed) =>
      new LiveSocket(new WebSocketPipe(socket, underlying, { clock: options.clock, log }), { ...options, dispatch, log }, onClosed),
  });
  const inside = new Set<LiveSocket>();

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
    dispatch: (name, input) => dispatch(name, input, scripts),
    openConsole(pipe) {
      const entered: LiveSocket = new LiveSocket(new HostPipe(pipe, options.clock), { ...options, dispatch, log }, () =>
        inside.delete(entered),
      );
      inside.add(entered);
      if (!app.server.listening) entered.terminate();
    },
    get liveSockets() {
      return sockets.size + inside.size;
    },
    async close() {
      for (const socket of inside) socket.terminate();
      sockets.close();
      await app.close();
    },
  };
}

function mountRoutes(app: FastifyInstance, dispatch: Console['dispatch'], { calls, version }: ConsoleOptions): void {
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
      return serveRecording(request, reply, calls, file);
    },
  });
}

/** The screens. Whoever has no token learns no more than whether a file of them exists. */
function mountPages(app: FastifyInstance, files: RendererFiles, hasToken: (headers: FastifyRequest['headers']) => boolean): void {
  const send = async (request: FastifyRequest, reply: FastifyReply, file: string) => {
    if (RendererFiles.covers(request.method, request.url) && (await files.send(reply, file))) return reply;
    return hasToken(request.headers) ? sendError(reply, notHere) : sendError(reply, refusals['no-token'].error);
  };
  const method = ['GET', 'HEAD'];
  app.route({ method, url: '/', handler: (request, reply) => files.page(reply, request.headers.host ?? '') });
  app.route<{ Params: { file: string } }>({
    method,
    url: '/:file',
    handler: (request, reply) => send(request, reply, request.params.file),
  });
  app.route<{ Params: { file: string } }>({
    method,
    url: '/assets/:file',
    handler: (request, reply) => send(request, reply, `assets/${request.params.file}`),
  });
}

/** @param request without a token, from the console's own address */
function needsNoToken({ method, url }: FastifyRequest, tickets: RecordingTickets): boolean {
  if (RendererFiles.covers(method, url)) return true;
  if (method !== 'GET' && method !== 'HEAD') return false;
  const [, call = '', ticket = ''] =
    /^\/recordings\/([A-Za-z0-9_-]+)(?:\.operator)?\.wav\?ticket=([A-Za-z0-9_.-]+)(?:&(?:from|to)Ms=\d+)*$/.exec(url) ?? [];
  return ticket !== '' && tickets.opens(call, ticket);
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

function sendError(reply: FastifyReply, error: ErrorBody): FastifyReply {
  const status = statusOf[error.code];
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
