import dgram from 'node:dgram';
import dns, { promises as dnsPromises, lookup as lookupCallback } from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';
import { threadId } from 'node:worker_threads';

/**
 * Loaded before everything else into a process and into each of its threads: writes down every destination that anybody asks for, and
 * fails each one that is not this machine. `RINGSIDE_`-less on purpose, so that the bridge does not take the variable for its own.
 */
const file = process.env.LOOPBACK_LOG;
if (!file) throw new Error('LOOPBACK_LOG names the file for the destinations');

export interface Destination {
  readonly thread: number;
  readonly way: 'connect' | 'listen' | 'lookup' | 'datagram';
  readonly host: string;
  readonly ok: boolean;
}

const isLoopback = (host: string) => /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/.test(host);

function note(way: Destination['way'], host: string, alsoFine = false): void {
  const ok = alsoFine || isLoopback(host);
  appendFileSync(file ?? '', `${JSON.stringify({ thread: threadId, way, host, ok } satisfies Destination)}\n`);
  if (!ok) throw new Error(`somebody wanted to leave this machine: ${way} ${host}`);
}

type Options = { readonly host?: string; readonly path?: string };
/** Of the many forms of the arguments, all that say where to. */
function hostIn(args: readonly unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as Options;
    return path === undefined ? (host ?? 'localhost') : 'localhost';
  }
  return typeof second === 'string' ? second : 'localhost';
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  note('connect', hostIn(args));
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof connect;

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]) {
  const [first] = args;
  const host =
    typeof first === 'object' && first !== null
      ? ((first as Options).host ?? '0.0.0.0')
      : typeof args[1] === 'string'
        ? args[1]
        : '0.0.0.0';
  note('listen', host);
  return Reflect.apply(listen, this, args) as net.Server;
} as typeof listen;

const watchedLookup = (hostname: string, ...rest: unknown[]) => {
  note('lookup', hostname, net.isIP(hostname) !== 0 && isLoopback(hostname));
  return Reflect.apply(lookupCallback, dns, [hostname, ...rest]) as unknown;
};
dns.lookup = Object.assign(watchedLookup, { __promisify__: lookupCallback.__promisify__ }) as typeof dns.lookup;
const promisedLookup = dnsPromises.lookup;
dns.promises.lookup = ((hostname: string, ...rest: unknown[]) => {
  note('lookup', hostname);
  return Reflect.apply(promisedLookup, dnsPromises, [hostname, ...rest]) as unknown;
}) as typeof promisedLookup;

dgram.createSocket = (() => {
  note('datagram', 'any');
  throw new Error('no datagrams');
}) as typeof dgram.createSocket;
