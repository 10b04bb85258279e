import { createServer, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** What stands between the outside and us, and what it does wrong. */
export type ProxyFault =
  | 'none'
  /** HTTPS passes, upgrades are answered as if they were ordinary requests. */
  | 'no-upgrades'
  /** Upgrades pass and are cut at once. */
  | 'cuts-sockets'
  /** Upgrades pass, and nothing comes back after them. */
  | 'one-way'
  /** Everybody sees the sign-in page of the network. */
  | 'captive-page'
  | 'captive-redirect'
  /** Another program listens behind the address. */
  | 'other-program'
  /** The path is written anew on its way. */
  | 'rewrites-paths'
  /** ngrok's own page for a tunnel that is offline. */
  | 'tunnel-offline'
  /** ngrok's own page when the month's requests are used up. */
  | 'tunnel-spent'
  /** Takes whatever comes and stays silent, as a network does that has lost its way: nobody is told that a connection is dead. */
  | 'black-hole';

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  fault: ProxyFault;
  /** Where it leads, as `http://127.0.0.1:4701`. */
  target: string;
}

export async function startFaultProxy(first: ProxyFault = 'none'): Promise<FaultProxy> {
  const sockets = new Set<Duplex>();
  let fault = first;
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    if (proxy.fault === 'captive-page') {
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Hotel guest network</title>');
    } else if (proxy.fault === 'captive-redirect') {
      outgoing.writeHead(302, { location: 'http://login.hotel.example/' }).end();
    } else if (proxy.fault === 'other-program') {
      outgoing.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no such page"}');
    } else if (proxy.fault === 'black-hole') {
      sockets.add(incoming.socket);
    } else if (proxy.fault === 'tunnel-offline') {
      outgoing.writeHead(404, { 'content-type': 'text/plain', 'ngrok-error-code': 'ERR_NGROK_3200' }).end('ERR_NGROK_3200');
    } else if (proxy.fault === 'tunnel-spent') {
      outgoing.writeHead(402, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Limit</title><p>ERR_NGROK_727</p>');
    } else {
      const asked = request(proxy.target + pathOf(incoming), { method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      asked.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(asked);
    }
  });
  const pathOf = ({ url = '/' }: IncomingMessage) =>
    proxy.fault === 'rewrites-paths' && url.startsWith('/carrier') ? `${url}?via=proxy` : url;
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (proxy.fault === 'black-hole') return;
    if (proxy.fault === 'no-upgrades') {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const target = new URL(proxy.target);
    const behind = connect(Number(target.port), target.hostname, () => {
      behind.write(`GET ${incoming.url} HTTP/1.1\r\n`);
      for (let at = 0; at < incoming.rawHeaders.length; at += 2)
        behind.write(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}\r\n`);
      behind.write('\r\n');
      socket.on('data', (bytes: Buffer) => {
        if (proxy.fault !== 'black-hole') behind.write(bytes);
      });
      let answered = false;
      behind.on('data', (bytes: Buffer) => {
        if (proxy.fault !== 'black-hole' && (!answered || proxy.fault !== 'one-way')) socket.write(bytes);
        answered = true;
        if (proxy.fault === 'cuts-sockets') socket.destroy();
      });
    });
    sockets.add(behind);
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      // Whoever hangs up is told of on the other side, also when nothing more is said there.
      one.on('end', () => {
        if (proxy.fault !== 'black-hole') other.end();
      });
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    get fault() {
      return fault;
    },
    set fault(next) {
      const wasDeaf = fault === 'black-hole';
      fault = next;
      // What was open before lives on nowhere, and learns of it only now.
      if (wasDeaf) for (const socket of sockets) socket.destroy();
    },
    target: '',
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
