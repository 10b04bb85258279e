import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { DelayLine, machineClock, Timers } from '../openai/timers.ts';
import { type ServiceFaultRule, ServiceFaults } from './faults.ts';

export interface OpenSocket {
  /** As `/v1/listen`. */
  readonly path: string;
  readonly openedAtMs: number;
}

/** What every simulated service of a stage can be asked and told. */
export interface ServiceSim {
  /** As `http://127.0.0.1:port`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Everything that a client did wrong so far, in words. */
  violations(): readonly string[];
  openSockets(): number;
  /** Those sockets, oldest first. */
  sockets(): readonly OpenSocket[];
  /** Script a fault from now on. @returns a function that lifts it */
  fault(rule: ServiceFaultRule): () => void;
  /** Every open socket is gone without a close frame; new ones may come. */
  hangUp(): void;
  close(): Promise<void>;
}

/** An ordinary answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A socket from the service's side. What goes out takes its time on the way, as what comes in does. */
export interface SimSocket {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly timers: Timers;
  readonly faults: ServiceFaults;
  send(message: object): void;
  sendRaw(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  close(code: number, reason?: string): void;
  /** Gone without a close frame. */
  drop(): void;
  /** The client did something that a careful client does not do. */
  violation(what: string): void;
}

export interface SocketTalk {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** The socket is gone. */
  end(): void;
}

export interface ServiceSimOptions {
  readonly name: string;
  readonly apiKey: string;
  /** How long each message travels, each way; connecting takes two ways. */
  readonly delayMs: number;
  readonly clock?: Clock;
  /** Why this request is refused, or null. */
  refuse(request: IncomingMessage, url: URL): Answer | null;
  /** The body of a scripted status, in the service's own form. */
  errorBody(status: number, code: string): unknown;
  /** An ordinary request whose key was found right. */
  answer(request: IncomingMessage, url: URL): Answer;
  /** An upgrade whose key was found right: its talk, or why not. */
  talk(url: URL): { readonly refuse: Answer } | { readonly begin: (socket: SimSocket) => SocketTalk };
}

const maxPayloadBytes = 1024 * 1024;

/** Start a service on loopback that speaks HTTP and WebSocket. It resolves once it listens. */
export async function startServiceSim(options: ServiceSimOptions): Promise<ServiceSim> {
  const { delayMs, name } = options;
  const clock = options.clock ?? machineClock;
  const faults = new ServiceFaults();
  const violations: string[] = [];
  const doorTimers = new Timers(clock);
  const waiting = new Set<Duplex>();
  const endings = new Map<() => void, OpenSocket>();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxPayloadBytes });

  const verdict = (request: IncomingMessage, url: URL): Answer | null => {
    const scripted = faults.take('status', url.pathname);
    if (scripted) return { status: scripted.status, body: options.errorBody(scripted.status, scripted.code) };
    return options.refuse(request, url);
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://sim');
    response.on('error', () => undefined);
    if (faults.take('refuse', url.pathname)) {
      request.socket.destroy();
      return;
    }
    if (faults.take('hang', url.pathname)) return;
    doorTimers.after(delayMs * 2, () => reply(response, verdict(request, url) ?? options.answer(request, url)));
  });

  const open = (socket: WebSocket, request: IncomingMessage, url: URL, begin: (socket: SimSocket) => SocketTalk): void => {
    const timers = new Timers(clock);
    const outgoing = new DelayLine<() => void>(timers, delayMs, (work) => work());
    const incoming = new DelayLine<() => void>(timers, delayMs, (work) => work());
    const isOpen = () => socket.readyState === WebSocket.OPEN;
    const talk = begin({
      url,
      headers: request.headers,
      timers,
      faults,
      send: (message) => outgoing.push(() => isOpen() && socket.send(JSON.stringify(message))),
      sendRaw: (text) => outgoing.push(() => isOpen() && socket.send(text)),
      sendBinary: (bytes) => outgoing.push(() => isOpen() && socket.send(bytes, { binary: true })),
      close: (code, reason) => outgoing.push(() => socket.close(code, reason)),
      drop: () => outgoing.push(() => socket.terminate()),
      violation: (what) => violations.push(`${name}: ${what}`),
    });
    const end = () => {
      if (!endings.delete(end)) return;
      timers.close();
      talk.end();
    };
    endings.set(end, { path: url.pathname, openedAtMs: clock.nowMs() });
    socket.on('message', (data, isBinary) => {
      const work = isBinary && data instanceof Uint8Array ? () => talk.binary(data) : () => talk.text(String(data));
      incoming.push(work);
    });
    socket.on('error', () => undefined);
    socket.on('close', end);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void => {
    if (socket.destroyed) return;
    const refusal = verdict(request, url);
    const talk = refusal ? { refuse: refusal } : options.talk(url);
    waiting.delete(socket);
    if ('refuse' in talk) turnAway(socket, talk.refuse);
    else sockets.handleUpgrade(request, socket, head, (opened) => open(opened, request, url, talk.begin));
  };

  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://sim');
    socket.on('error', () => undefined);
    socket.on('close', () => waiting.delete(socket));
    if (faults.take('refuse', url.pathname)) {
      socket.destroy();
      return;
    }
    waiting.add(socket);
    if (faults.take('hang', url.pathname)) return;
    if (delayMs > 0) doorTimers.after(delayMs * 2, () => upgrade(request, socket, head, url));
    else upgrade(request, socket, head, url);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: options.apiKey,
    violations: () => violations,
    openSockets: () => endings.size,
    sockets: () => [...endings.values()],
    fault: (rule) => faults.add(rule),
    hangUp() {
      for (const client of sockets.clients) client.terminate();
    },
    async close() {
      doorTimers.close();
      for (const client of sockets.clients) client.terminate();
      for (const end of [...endings.keys()]) end();
      for (const socket of waiting) socket.destroy();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function turnAway(socket: Duplex, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
