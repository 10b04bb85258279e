import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client has gone; answers are for nobody. */
  onGone(listener: () => void): void;
}

export type RestReply =
  | { readonly status: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly bytes: Buffer; readonly contentType: string }
  | { readonly status: 204 }
  /** Never answered; the connection stays open until the client gives up. */
  | 'no-answer'
  /** The connection is cut. */
  | 'reset';

export interface RestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Larger than any request that a carrier takes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** An HTTP server on loopback that reads each request whole. `handle` may throw: the client then gets a 500. */
export async function startRestServer(
  port: number,
  handle: (request: RestRequest) => Promise<RestReply>,
  onError: (error: unknown) => void,
  /** What the `Date` of each answer says, epoch milliseconds. */
  nowMs: () => number = Date.now,
): Promise<RestServer> {
  const server = createServer((incoming, outgoing) => {
    outgoing.setHeader('date', new Date(nowMs()).toUTCString());
    void answer(incoming, outgoing, handle).catch((error: unknown) => {
      onError(error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: RestRequest) => Promise<RestReply>,
): Promise<void> {
  const body = await readBody(incoming);
  if (body === null) {
    outgoing.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const reply = await handle({
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
    onGone: (listener) => void outgoing.once('close', listener),
  });
  if (reply === 'no-answer') return;
  if (reply === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  if ('json' in reply) {
    outgoing
      .writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers })
      .end(JSON.stringify(reply.json));
  } else if ('bytes' in reply) {
    outgoing.writeHead(reply.status, { 'content-type': reply.contentType, 'content-length': reply.bytes.length }).end(reply.bytes);
  } else {
    outgoing.writeHead(reply.status).end();
  }
}

async function readBody(incoming: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Whether the request carries one of these user and password pairs as HTTP Basic credentials. */
export function hasBasicAuth(headers: IncomingHttpHeaders, pairs: readonly (readonly [user: string, password: string])[]): boolean {
  const [scheme, encoded] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return false;
  const given = digest(Buffer.from(encoded, 'base64').toString('utf8'));
  return pairs.some(([user, password]) => timingSafeEqual(given, digest(`${user}:${password}`)));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
