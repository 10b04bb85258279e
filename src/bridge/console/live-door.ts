import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ErrorBody } from '#bridge/contract/errors.ts';
import { type Guard, notHere, refusals } from './guard.ts';
import { largeInputMaxBytes } from './input-limits.ts';
import type { LiveSocket } from './live-socket.ts';
import { plainAnswer } from './plain-answer.ts';

/** Screens that watch at once; each may hear calls too. */
const liveSocketsMax = 32;

export interface LiveDoor {
  /** Consoles that are connected now. */
  readonly size: number;
  close(): void;
}

/** Let consoles in at `/live`: who may is decided before the upgrade, in plain HTTP. */
export function mountLiveDoor(
  http: Server,
  live: {
    /** Null until the port is known. */
    guard(): Guard | null;
    open(socket: WebSocket, underlying: Duplex, onClosed: () => void): LiveSocket;
  },
): LiveDoor {
  const open = new Set<LiveSocket>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: largeInputMaxBytes,
    // Only what was offered may be answered, and only the one with the token means anything here.
    handleProtocols: (offered) => live.guard()?.protocolWithToken(offered) ?? false,
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const ignore = () => {};
    socket.on('error', ignore);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
    const verdict = live.guard()?.check(request.headers, offered) ?? 'no-token';
    if (verdict !== 'welcome') return refuseUpgrade(socket, refusals[verdict].error);
    if ((request.url ?? '').split('?', 1)[0] !== '/live') return refuseUpgrade(socket, notHere);
    if (open.size >= liveSocketsMax) {
      return refuseUpgrade(socket, { code: 'unavailable', message: `Only ${liveSocketsMax} consoles can watch at once.` });
    }
    server.handleUpgrade(request, socket, head, (upgraded) => {
      socket.off('error', ignore);
      const entered: LiveSocket = live.open(upgraded, socket, () => open.delete(entered));
      open.add(entered);
    });
  });
  return {
    get size() {
      return open.size;
    },
    close() {
      for (const socket of open) socket.terminate();
      server.close();
    },
  };
}

function refuseUpgrade(socket: Duplex, error: ErrorBody): void {
  socket.once('finish', () => socket.destroy());
  socket.end(plainAnswer(error));
}
