import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';
import type { Conversation, Person, PersonAction } from '#bridge/rehearsal/person.ts';

export interface Seen {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status?: number;
  readonly body?: string;
  readonly type?: string;
  readonly afterMs?: number;
  /** Never answer. */
  readonly hang?: boolean;
}

/** The bridge's side, as little of it as a test needs: answers webhooks as told and keeps what came in. */
export class BridgeDouble {
  readonly seen: Seen[] = [];
  readonly sockets: MediaEnd[] = [];
  readonly upgrades: IncomingMessage[] = [];
  readonly replies = new Map<string, (seen: Seen) => Reply>();
  /** What to do with a media socket; its messages are kept in any case. */
  onSocket: (end: MediaEnd) => void = () => undefined;
  /** Refuse upgrades with this status. */
  refuseUpgrade = 0;
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const target = request.url ?? '';
      const url = new URL(target, 'http://x');
      const body = Buffer.concat(parts).toString();
      const form = Object.fromEntries(request.method === 'POST' ? new URLSearchParams(body) : url.searchParams);
      const seen = { atMs: performance.now(), method: request.method ?? '', path: url.pathname, target, headers: request.headers, form };
      this.seen.push(seen);
      const reply = this.replies.get(url.pathname)?.(seen) ?? { status: 204 };
      if (reply.hang) return;
      setTimeout(() => {
        response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'text/xml' }).end(reply.body);
      }, reply.afterMs ?? 0);
    });
  });
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  port = 0;

  async open(): Promise<this> {
    this.#server.on('upgrade', (request, socket, head) => {
      this.upgrades.push(request);
      if (this.refuseUpgrade > 0) {
        socket.end(`HTTP/1.1 ${this.refuseUpgrade} No\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) => {
        const end = new MediaEnd(ws);
        this.sockets.push(end);
        this.onSocket(end);
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  answer(path: string, xml: string): void {
    this.replies.set(path, () => ({ body: xml }));
  }

  to(path: string): Seen[] {
    return this.seen.filter((request) => request.path === path);
  }

  async close(): Promise<void> {
    for (const end of this.sockets) end.socket.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

type Message = Readonly<Record<string, unknown>>;

/** The bridge's end of a media socket. */
export class MediaEnd {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly raw: string[] = [];
  readonly arrivals: number[] = [];
  closeCode: number | null = null;
  on: (message: Message) => void = () => undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closeCode = code;
    });
    socket.on('message', (data: Buffer, isBinary) => {
      this.raw.push(isBinary ? '(binary)' : data.toString());
      let message: Message;
      try {
        message = JSON.parse(data.toString()) as Message;
      } catch {
        return;
      }
      this.messages.push(message);
      this.arrivals.push(performance.now());
      this.on(message);
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  events(name: string): Message[] {
    return this.messages.filter((message) => message.event === name);
  }
}

/** @throws when it does not come true in time */
export async function until(what: string, test: () => boolean, limitMs = 8_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!test()) {
    if (performance.now() > endMs) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const HUMAN = { kind: 'human', afterMs: 30, beepAtMs: null } as const;

interface Traits {
  readonly ringing?: Person['ringing'];
  readonly machine?: Person['machine'];
  readonly tick?: (frame: number, heard: Uint8Array, out: Uint8Array) => PersonAction | null;
}

/** A person who picks up after 20 ms and is silent, unless told otherwise. */
export function person(traits: Traits = {}): Person {
  return {
    ringing: traits.ringing ?? { kind: 'answers', afterMs: 20 },
    machine: traits.machine ?? HUMAN,
    answer(): Conversation {
      let frame = 0;
      return { tick: (heard, out) => traits.tick?.(frame++, heard, out) ?? null };
    },
  };
}

/** Says frame number n as 160 bytes of n (counted from 1, below 0x7F). */
export const counts = (frame: number, _heard: Uint8Array, out: Uint8Array): null => {
  out.fill((frame % 100) + 1);
  return null;
};

export const hangsUpAfter =
  (frames: number) =>
  (frame: number): PersonAction | null =>
    frame === frames ? { kind: 'hang-up' } : null;

export const presses =
  (digits: string, atFrame: number) =>
  (frame: number): PersonAction | null =>
    frame === atFrame ? { kind: 'press', digits } : null;

/** A clip of the carrier's voice: one frame per character, filled with its code's lower seven bits. */
export const speech = (text: string): Promise<Uint8Array> => {
  const clip = new Uint8Array(text.length * FRAME_BYTES);
  for (let at = 0; at < text.length; at++) clip.fill(text.charCodeAt(at) & 0x7f, at * FRAME_BYTES, (at + 1) * FRAME_BYTES);
  return Promise.resolve(clip);
};

/** What `speech` said, read back from what was heard: runs of equal frames count once each frame; silence is left out. */
export function spoken(heard: Uint8Array | null): string {
  let text = '';
  for (let at = 0; heard && at < heard.length; at += FRAME_BYTES) {
    const byte = heard[at] ?? SILENCE;
    if (byte !== SILENCE) text += String.fromCharCode(byte);
  }
  return text;
}

export const xml = (inner: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${inner}</Response>`;
