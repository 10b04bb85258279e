import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Carrier } from '#bridge/carriers/carrier.ts';
import { attempt } from './carrier-stage.ts';

/** As little of the public side as a carrier needs: it checks signatures, routes webhooks and hands over media sockets. */
export class SmallIngress {
  carrier: Carrier | null = null;
  onSocket: (socket: WebSocket) => void = () => {};
  /** What was refused, and why. */
  readonly refused: string[] = [];
  /** Forms in which upgrades were signed. */
  readonly upgradeForms: string[] = [];
  readonly #server = createServer((request, response) => void this.#webhook(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  async open(): Promise<this> {
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What a killed process leaves: sockets that are gone, and nobody who answers. */
  die(): void {
    this.carrier = null;
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #webhook(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
    const target = incoming.url ?? '';
    const [path = '', search = ''] = target.split('?', 2);
    const rawBody = Buffer.concat(parts);
    const { carrier } = this;
    const webhook = carrier?.webhooks.find((one) => path.startsWith(`/carrier/${carrier.name}${one.path.replace(':ticket', '')}`));
    if (!carrier || !webhook) {
      this.refused.push(`404 ${target}`);
      response.writeHead(404).end();
      return;
    }
    const request = {
      method: incoming.method === 'GET' ? ('GET' as const) : ('POST' as const),
      target,
      headers: incoming.headers,
      rawBody,
      form: { ...parse(rawBody.toString()) } as Record<string, string>,
      query: { ...parse(search) } as Record<string, string>,
      attempt,
      receivedAtMs: Date.now(),
    };
    if (!carrier.isSigned(request)) {
      this.refused.push(`403 ${target}`);
      response.writeHead(403).end();
      return;
    }
    try {
      const reply = webhook.handle(request);
      response.writeHead(reply.status, { 'content-type': reply.contentType }).end(reply.body);
    } catch (error) {
      this.refused.push(`400 ${target} ${error instanceof Error ? error.message : ''}`);
      response.writeHead(400).end();
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const form = this.carrier?.isUpgradeSigned(request) ?? null;
    if (form === null) {
      this.refused.push(`403 upgrade ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.upgradeForms.push(form);
    this.#sockets.handleUpgrade(request, socket, head, (open) => this.onSocket(open));
  }
}
