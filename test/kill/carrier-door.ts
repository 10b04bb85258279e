import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CarrierName } from '#bridge/contract/words.ts';

/** A request to dial, as it came out of the bridge. */
export interface CreateRequest {
  readonly carrier: CarrierName;
  readonly to: string;
  readonly atMs: number;
  /** What the carrier answered; null while it has not, or when it never got the request. */
  status: number | null;
}

/** Where a request to dial may be met by a kill. */
export interface CreateHooks {
  /** The request is here and the carrier has not seen it. @returns what becomes of it, and after which delay it reaches the carrier */
  received(create: CreateRequest): { readonly pass: boolean; readonly delayMs: number };
  /** The carrier has placed the call, and its answer has not left for the bridge. */
  placed(create: CreateRequest): void;
  /** The answer is on its way to the bridge. */
  answered(create: CreateRequest): void;
}

export interface CarrierDoor {
  readonly baseUrl: string;
  readonly creates: readonly CreateRequest[];
  close(): Promise<void>;
}

/** Stands between the bridge and a simulated carrier's REST API, sees every request to dial, and outlives the bridge. */
export async function openCarrierDoor(carrier: CarrierName, target: string, hooks: CreateHooks): Promise<CarrierDoor> {
  const creates: CreateRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const to = incoming.method === 'POST' ? calleeOf(carrier, incoming.url ?? '', body) : null;
    if (to === null) {
      const answer = await forward(target, incoming, body);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const create: CreateRequest = { carrier, to, atMs: Date.now(), status: null };
    creates.push(create);
    const { pass: goesOn, delayMs } = hooks.received(create);
    if (!goesOn) {
      outgoing.destroy();
      return;
    }
    if (delayMs > 0) await new Promise((resume) => setTimeout(resume, delayMs));
    const answer = await forward(target, incoming, body);
    create.status = answer.status;
    hooks.placed(create);
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    hooks.answered(create);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    creates,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @returns who is to be rung, or null when this is no request to dial */
function calleeOf(carrier: CarrierName, path: string, body: Buffer): string | null {
  if (carrier === 'twilio') return path.endsWith('/Calls.json') ? new URLSearchParams(body.toString()).get('To') : null;
  if (!path.endsWith('/Call/')) return null;
  return `+${(JSON.parse(body.toString()) as { to: string }).to}`;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const { connection: _, 'transfer-encoding': __, ...kept } = headers;
    const outgoing = request(`${target}${url}`, {
      ...(method === undefined ? {} : { method }),
      headers: { ...kept, ...(body.length > 0 ? { 'content-length': body.length } : {}) },
      agent: false,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      bodyOf(response).then((answer) => {
        const type = response.headers['content-type'];
        resolve({
          status: response.statusCode ?? 502,
          headers: type === undefined ? {} : { 'content-type': type },
          body: answer,
        });
      }, reject);
    });
    outgoing.end(body);
  });
}
