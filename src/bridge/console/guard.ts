import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorBody } from '#bridge/contract/errors.ts';

export type Verdict = 'welcome' | 'no-token' | 'foreign';

/** The same few bytes on every path: nobody learns what exists. */
export const refusals: Readonly<Record<Exclude<Verdict, 'welcome'>, { readonly status: 401 | 403; readonly error: ErrorBody }>> = {
  'no-token': { status: 401, error: { code: 'auth/required', message: "This needs the console's token." } },
  foreign: { status: 403, error: { code: 'auth/forbidden', message: 'This request comes from another place than the console.' } },
};

/** For who has the token and asks for what there is not. */
export const notHere: ErrorBody = { code: 'not-found', message: 'There is nothing here.' };

const protocolPrefix = 'ringside.';

/**
 * Decides who may talk to the console. The port is on loopback, which keeps other machines out, but not the web pages that are open in
 * a browser on this one: a page elsewhere may send requests here (its origin gives it away), or may have its own name resolve to this
 * machine (the host gives it away).
 */
export class Guard {
  readonly #tokenHash: Buffer;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor(token: string, port: number) {
    this.#tokenHash = hashOf(token);
    const names = ['127.0.0.1', 'localhost', '[::1]'];
    this.#hosts = new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
    this.#origins = new Set([...this.#hosts].map((host) => `http://${host}`));
  }

  /** @param offered subprotocols of a WebSocket upgrade: the way of browsers, which cannot set headers there */
  check(headers: IncomingHttpHeaders, offered: readonly string[] = []): Verdict {
    if (!this.#hosts.has((headers.host ?? '').toLowerCase())) return 'foreign';
    if (headers.origin !== undefined && !this.#origins.has(headers.origin.toLowerCase())) return 'foreign';
    const site = headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') return 'foreign';
    const [, bearer] = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (bearer !== undefined && this.#isToken(bearer)) return 'welcome';
    return this.protocolWithToken(offered) === null ? 'no-token' : 'welcome';
  }

  /** The offered subprotocol that carries the right token, or null. It is the one to answer with. */
  protocolWithToken(offered: Iterable<string>): string | null {
    for (const protocol of offered) {
      if (protocol.startsWith(protocolPrefix) && this.#isToken(protocol.slice(protocolPrefix.length))) return protocol;
    }
    return null;
  }

  /** Hashed first, so that the comparison takes as long for every guess, whatever its length. */
  #isToken(guess: string): boolean {
    return timingSafeEqual(hashOf(guess), this.#tokenHash);
  }
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
