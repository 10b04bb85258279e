import { request } from 'node:http';
import type { Clock } from '#bridge/contract/clock.ts';
import { Scope } from './scope.ts';
import { type Address, localTarget, type Patience, type Routes } from './urls.ts';

export interface HttpQuestion {
  readonly method: 'GET' | 'POST';
  readonly address: Address;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export type HttpAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly contentType: string; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly why: 'connect' | 'read' | 'refused' | 'reset' | 'too-large' | 'not-loopback' | 'stopped' };

/** Nothing that a carrier asks for is larger; a WAV file to play comes nearest. */
const MAX_BYTES = 10 * 1024 * 1024;

/** One HTTP request from the carrier to the bridge, over a connection of its own. Never rejects. */
export function askOnce(question: HttpQuestion, patience: Patience, routes: Routes, clock: Clock, scope: Scope): Promise<HttpAnswer> {
  const target = localTarget(question.address, routes);
  if (!target) return Promise.resolve({ kind: 'failed', why: 'not-loopback' });
  return new Promise((resolve) => {
    const life = new Scope(scope);
    const outgoing = request({
      host: target.host,
      port: target.port,
      method: question.method,
      path: question.address.target,
      agent: false,
      headers: {
        host: question.address.authority,
        connection: 'close',
        ...question.headers,
        ...(question.body === null ? {} : { 'content-length': Buffer.byteLength(question.body) }),
      },
    });
    let isSettled = false;
    const settle = (answer: HttpAnswer): void => {
      if (isSettled) return;
      isSettled = true;
      life.end();
      outgoing.destroy();
      resolve(answer);
    };
    let isConnected = false;
    life.onEnd(() => settle({ kind: 'failed', why: 'stopped' }));
    life.after(clock, patience.connectMs, () => {
      if (!isConnected) settle({ kind: 'failed', why: 'connect' });
    });
    life.after(clock, Math.min(patience.readMs, patience.totalMs), () => settle({ kind: 'failed', why: 'read' }));
    outgoing.once('socket', (socket) => socket.once('connect', () => (isConnected = true)));
    outgoing.on('error', () => settle({ kind: 'failed', why: isConnected ? 'reset' : 'refused' }));
    outgoing.once('response', (incoming) => {
      const parts: Buffer[] = [];
      let length = 0;
      incoming.on('data', (part: Buffer) => {
        length += part.length;
        if (length > MAX_BYTES) settle({ kind: 'failed', why: 'too-large' });
        else parts.push(part);
      });
      incoming.once('error', () => settle({ kind: 'failed', why: 'reset' }));
      incoming.once('close', () => settle({ kind: 'failed', why: 'reset' }));
      incoming.once('end', () =>
        settle({
          kind: 'answer',
          status: incoming.statusCode ?? 0,
          contentType: incoming.headers['content-type'] ?? '',
          body: Buffer.concat(parts),
        }),
      );
    });
    outgoing.end(question.body ?? undefined);
  });
}
