import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { parse } from 'node:querystring';
import { pino } from 'pino';
import { WebSocket, WebSocketServer } from 'ws';
import type {
  CallDocument,
  CallLinks,
  CarrierHost,
  DocumentMoment,
  LegEvent,
  MediaHandlers,
  WebhookRequest,
} from '#bridge/carriers/carrier.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';

export const silentLog = pino({ level: 'silent' });
export const attempt = 'attempt-1' as AttemptId;
export const origin = 'https://tunnel.example';

export function linksFor(carrier: string, overrides: Partial<CallLinks> = {}): CallLinks {
  return {
    webhookBase: `${origin}/carrier/${carrier}`,
    ticket: 'TICKET1',
    mediaUrl: `wss://tunnel.example/media/${carrier}/TOKEN1`,
    ...overrides,
  };
}

export const streamDocument: CallDocument = { kind: 'stream', apology: { text: 'Something broke.', language: 'en-US' } };

/** A host that remembers what it was told and serves the document that a test sets. */
export class StageHost implements CarrierHost {
  readonly events: LegEvent[] = [];
  readonly moments: DocumentMoment[] = [];
  document: CallDocument = streamDocument;
  /** Documents for single moments, before {@link document}. */
  readonly at = new Map<DocumentMoment['kind'], CallDocument>();
  origin: string | null = origin;
  readonly #links: CallLinks;

  constructor(links: CallLinks) {
    this.#links = links;
  }

  attemptOf(ticket: string): AttemptId | null {
    return ticket === this.#links.ticket ? attempt : null;
  }

  documentFor(_attempt: AttemptId, moment: DocumentMoment): { document: CallDocument; links: CallLinks } {
    this.moments.push(moment);
    return { document: this.at.get(moment.kind) ?? this.document, links: this.#links };
  }

  onLegEvent(event: LegEvent): void {
    this.events.push(event);
  }

  publicOrigin(): string | null {
    return this.origin;
  }

  types(): string[] {
    return this.events.map((event) => event.type);
  }
}

/** A webhook request as the ingress hands it on. */
export function webhookRequest(
  target: string,
  fields: Readonly<Record<string, string>>,
  options: { method?: 'GET' | 'POST'; headers?: Record<string, string>; rawBody?: string } = {},
): WebhookRequest {
  const method = options.method ?? 'POST';
  const form = method === 'POST' ? fields : {};
  const [path = '', search = ''] = target.split('?', 2);
  const query = new URLSearchParams(search);
  if (method === 'GET') for (const [name, value] of Object.entries(fields)) query.append(name, value);
  const queryText = query.size > 0 ? `?${method === 'GET' ? query : search}` : '';
  return {
    method,
    target: path + queryText,
    headers: { host: '127.0.0.1:4701', 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    rawBody: Buffer.from(options.rawBody ?? (method === 'POST' ? new URLSearchParams(form).toString() : '')),
    form,
    query: { ...parse(query.toString()) } as Record<string, string | string[]>,
    attempt,
    receivedAtMs: 1_000,
  };
}

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

type Answer = { status: number; body?: string; headers?: Record<string, string> } | 'hang' | 'cut';

/** A carrier's REST API on loopback that answers what it is told to, in order, and remembers what it was asked. */
export class ScriptedRest {
  readonly seen: SeenRequest[] = [];
  /** For requests beyond the script. */
  otherwise: (request: SeenRequest) => Answer = () => ({ status: 599, body: 'beyond the script' });
  readonly #script: Answer[] = [];
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  script(...answers: Answer[]): void {
    this.#script.push(...answers);
  }

  /** Resolves when so many requests have come in whole. */
  async hasSeen(count: number): Promise<void> {
    while (this.seen.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const seen: SeenRequest = {
      method: request.method ?? '',
      target: request.url ?? '',
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      body: Buffer.concat(parts).toString(),
    };
    this.seen.push(seen);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    const answer = this.#script.shift() ?? this.otherwise(seen);
    if (answer === 'cut') request.socket.destroy();
    else if (answer !== 'hang')
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body ?? '');
  }
}

/** A port that takes connections and never says a word: a TLS handshake with it hangs. */
export async function silentPort(): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Both ends of a WebSocket on loopback: ours, as the ingress hands it over, and the carrier's. */
export async function socketPair(): Promise<{ ours: WebSocket; theirs: WebSocket; close(): Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const theirs = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/media`, { perMessageDeflate: false });
  const [[ours]] = (await Promise.all([once(server, 'connection'), once(theirs, 'open')])) as [[WebSocket], unknown];
  return {
    ours,
    theirs,
    async close() {
      ours.terminate();
      theirs.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Remembers everything that a media socket tells. */
export class RecordingHandlers implements MediaHandlers {
  readonly attempt = attempt;
  accept = true;
  readonly starts: { carrierCallId: string; streamId: string }[] = [];
  readonly frames: { bytes: Uint8Array; timestampMs: number }[] = [];
  readonly checkpoints: string[] = [];
  readonly digits: string[] = [];
  readonly ends: string[] = [];
  readonly troubles: string[] = [];

  started(stream: { carrierCallId: string; streamId: string }): boolean {
    this.starts.push(stream);
    return this.accept;
  }
  frame(bytes: Uint8Array, timestampMs: number): void {
    this.frames.push({ bytes: Uint8Array.from(bytes), timestampMs });
  }
  checkpoint(name: string): void {
    this.checkpoints.push(name);
  }
  digit(digit: string): void {
    this.digits.push(digit);
  }
  closed(reason: string): void {
    this.ends.push(reason);
  }
  trouble(detail: string): void {
    this.troubles.push(detail);
  }
}
