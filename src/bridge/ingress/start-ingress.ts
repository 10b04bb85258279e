import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Logger } from 'pino';
import type { PublicDoors } from '#bridge/calls/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { MediaDoor } from './media-door.ts';
import { RefusalLog } from './refusal-log.ts';
import { Strangers } from './strangers.ts';
import { Traffic } from './traffic.ts';
import { bodyMaxBytes, openWebhookDoor, refuse } from './webhook-door.ts';

/** A carrier's whole request arrives in one packet or two; who takes longer is not a carrier. */
const headersMs = 10_000;
const requestMs = 15_000;
/** Longer than the 90 s for which tunnels written in Go keep an idle connection, so that it is never we who close one that is in use. */
const keepAliveMs = 95_000;
/** Media sockets and webhooks of the largest campaign, with room for as many strangers. */
const connectionsMax = 1_200;
const headersMaxBytes = 16 * 1024;

export interface Ingress {
  readonly port: number;
  /** As seen from this machine. */
  readonly url: string;
  /** Media sockets that are open now. */
  readonly mediaSockets: number;
  /** What came through the tunnel since the last time this was asked. */
  takeTraffic(): { readonly requests: number; readonly bytes: number };
  /** Ends every socket. May be called again. */
  close(): Promise<void>;
}

/**
 * Start the public side. It listens on loopback; a tunnel leads to it, so whatever comes here may come from anybody.
 *
 * @throws {BridgeError} `port/in-use`, `settings/invalid` when this user may not open the port
 */
export async function startIngress(options: {
  port: number;
  doors: PublicDoors;
  log: Logger;
  clock: Clock;
  /** Told of the signature of each webhook that names an attempt of ours. */
  onSignature?: (carrier: CarrierName, attempt: AttemptId, isRight: boolean) => void;
  /** Answers who we are to whoever asks with a nonce, so that the line proof knows its own public side; null for what is no nonce. */
  identify?: (nonce: string) => string | null;
  /** Public origin at this moment: what names it came through the tunnel. */
  publicOrigin?: () => string | null;
  /** Is told of every signed webhook, of what it was answered, and of every media socket. */
  note?: NoteExchange;
  /** How long a request may take to say what it wants; for tests. */
  headersMs?: number;
}): Promise<Ingress> {
  const { doors, clock } = options;
  const log = options.log.child({ part: 'ingress' });
  const strangers = new Strangers(clock);
  const refusals = new RefusalLog(log, clock);
  const media = new MediaDoor({ doors, strangers, refusals, clock, log, note: options.note });

  const app = Fastify({
    logger: false,
    bodyLimit: bodyMaxBytes,
    forceCloseConnections: true,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    exposeHeadRoutes: false,
    http: {
      headersTimeout: options.headersMs ?? headersMs,
      connectionsCheckingInterval: Math.min(1_000, options.headersMs ?? headersMs),
      maxHeaderSize: headersMaxBytes,
      // Anything else that wants to be upgraded (curl offers h2c) is an ordinary request to us.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, maxParamLength: 2_000 },
    // An address that cannot be decoded.
    frameworkErrors: (_error, request, reply) => {
      void refuse(reply, strangers.admit(request.raw) ? 404 : 429);
    },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    },
  });
  app.server.maxConnections = connectionsMax;
  const traffic = new Traffic(app.server, (request) => {
    const origin = options.publicOrigin?.() ?? null;
    return origin !== null && request.headers.host === new URL(origin).host;
  });
  app.server.on('upgrade', (request, socket, head) => media.upgrade(request, socket, head));

  app.setNotFoundHandler((request, reply) => refuse(reply, strangers.admit(request.raw) ? 404 : 429));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500) return refuse(reply, error.statusCode === 413 ? 413 : 400);
    log.error({ err: error }, 'A request on the public side could not be answered');
    return reply.code(500).header('content-type', 'text/plain; charset=utf-8').send('Internal error\n');
  });
  app.get('/health', (request, reply) => {
    if (!strangers.admit(request.raw)) return refuse(reply, 429);
    const nonce = (request.query as Readonly<Record<string, unknown>>).nonce;
    const identity = typeof nonce === 'string' ? options.identify?.(nonce) : null;
    return reply.header('cache-control', 'no-store').send(identity ? { ok: true, identity } : { ok: true });
  });
  openWebhookDoor(app, { doors, strangers, refusals, clock, log, note: options.note, onSignature: options.onSignature });

  try {
    await app.listen({ host: '127.0.0.1', port: options.port });
  } catch (error) {
    media.close();
    await app.close();
    throw portProblem(error, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get mediaSockets() {
      return media.size;
    },
    takeTraffic: () => traffic.take(),
    async close() {
      media.close();
      await app.close();
    },
  };
}

function portProblem(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const message = `Port ${port} is in use by another program, so carriers could not reach the bridge. Stop that program, or choose another port with RINGSIDE_INGRESS_PORT (0 picks a free one).`;
    return new BridgeError('port/in-use', message, { cause: error, details: [{ field: 'RINGSIDE_INGRESS_PORT', message }] });
  }
  if (code === 'EACCES') {
    const message = `This user may not open port ${port}. Choose one above 1023 with RINGSIDE_INGRESS_PORT (0 picks a free one).`;
    return new BridgeError('settings/invalid', message, { cause: error, details: [{ field: 'RINGSIDE_INGRESS_PORT', message }] });
  }
  return error;
}
