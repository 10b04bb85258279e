import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setDefaultCACertificates, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { secureOptions } from '#bridge/engines/secure-connection.ts';
import { makeCertificate } from '../../../bench/load/certificate.ts';

describe('a secure socket to a service', () => {
  const certificate = makeCertificate();

  async function serve(own: { readonly key: string; readonly cert: string }) {
    const reused: boolean[] = [];
    const server = createServer(own).listen(0, '127.0.0.1');
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (_socket, { socket }) => {
      if (socket instanceof TLSSocket) reused.push(socket.isSessionReused());
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      url: new URL(`wss://127.0.0.1:${port}`),
      reused,
      close: async () => {
        sockets.close();
        for (const socket of sockets.clients) socket.terminate();
        server.close();
        await once(server, 'close');
      },
    };
  }

  async function connect(url: URL): Promise<void> {
    const socket = new WebSocket(url, { ...secureOptions(url), perMessageDeflate: false });
    await once(socket, 'open');
    // The server's ticket comes behind the handshake.
    await new Promise((done) => socket.ping(done));
    await once(socket, 'pong');
    socket.close();
    await once(socket, 'close');
  }

  it('goes on with the session of the last one, and trusts nobody whom the machine does not trust', async () => {
    setDefaultCACertificates([certificate.cert]);
    const trusted = await serve(certificate);
    const stranger = await serve(makeCertificate());
    try {
      await connect(trusted.url);
      await connect(trusted.url);
      expect(trusted.reused).toEqual([false, true]);
      await expect(connect(stranger.url)).rejects.toThrow(/self-signed|signature/u);
      await connect(trusted.url);
      expect(trusted.reused).toHaveLength(3);
    } finally {
      await trusted.close();
      await stranger.close();
    }
  });

  it('is an ordinary one where the address is not secure', () => {
    expect(secureOptions(new URL('ws://127.0.0.1:1'))).toEqual({});
  });
});
