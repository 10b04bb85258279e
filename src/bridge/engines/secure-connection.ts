import { isIP, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect, createSecureContext, type SecureContext } from 'node:tls';

/** One for all sockets: to read the trusted certificates for each anew costs a millisecond, and memory for as long as it is open. */
let context: SecureContext | null = null;
/** The last session of each host: to go on with it spares both sides half of the handshake. Only a few hosts are ever spoken to. */
const sessions = new Map<string, Buffer>();

/** For the `createConnection` of a WebSocket to a service: TLS with what is known from earlier connections. Errors come from the socket. */
export function connectSecurely(target: NetConnectOpts | number | string): Socket {
  if (typeof target !== 'object' || !('port' in target)) throw new TypeError('a service is reached by its host and port');
  const host = target.host ?? 'localhost';
  const key = `${host}:${target.port}`;
  context ??= createSecureContext();
  const options: ConnectionOptions = { ...target, path: undefined, secureContext: context, servername: isIP(host) ? '' : host };
  const session = sessions.get(key);
  if (session) options.session = session;
  const socket = connect(options);
  socket.on('session', (latest: Buffer) => sessions.set(key, latest));
  socket.once('error', () => sessions.delete(key));
  return socket;
}

/** What a WebSocket to this address is opened with. */
export function secureOptions(url: URL): { readonly createConnection?: typeof connectSecurely } {
  return url.protocol === 'wss:' || url.protocol === 'https:' ? { createConnection: connectSecurely } : {};
}
