import { randomBytes } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { FastifyReply } from 'fastify';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const nonceTag = /(<meta\s+name="csp-nonce"\s+content=")[^"]*(")/;
const name = /^(?:assets\/)?[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Ringside</title>
<p>Ringside runs, but its screens are not built.
<p>Run <code>npm run build</code>, then reload this page.
`;

/**
 * What the page may do: run our scripts, talk to where it came from, play audio. `style-src` takes the styles that the component library
 * writes into the page, by a nonce that is new for every load.
 *
 * @param host where the page comes from, as `127.0.0.1:4700`: some browsers do not count a socket to it as its own origin
 */
function contentSecurityPolicy(nonce: string, host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host} blob:`,
    "media-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The built screens. They hold nothing that anybody may not see, so they are served without a token. */
export class RendererFiles {
  readonly #root: string;

  /** @param root folder with `index.html` and `assets`; need not exist */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether this could be the address of a screen or of a part of one. */
  static covers(method: string, address: string): boolean {
    if (method !== 'GET' && method !== 'HEAD') return false;
    const path = address.split('?', 1)[0] ?? '';
    return path === '/' || (name.test(path.slice(1)) && extname(path) in mediaTypes);
  }

  /** @param host that the page was asked under, checked before */
  async page(reply: FastifyReply, host: string): Promise<FastifyReply> {
    const nonce = randomBytes(16).toString('base64');
    const html = await readFile(join(this.#root, 'index.html'), 'utf8').catch(() => null);
    reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(nonce, host),
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
      'x-frame-options': 'DENY',
    });
    return html === null ? reply.code(503).send(notBuilt) : reply.send(html.replace(nonceTag, `$1${nonce}$2`));
  }

  /** @param file as `favicon.svg` or `assets/index-3f2a.js` @returns false when there is no such file; nothing was sent then */
  async send(reply: FastifyReply, file: string): Promise<boolean> {
    const type = mediaTypes[extname(file)];
    if (type === undefined || !name.test(file)) return false;
    try {
      const path = await realpath(join(this.#root, file));
      // A link in the folder must not lead out of it.
      if (!path.startsWith((await realpath(this.#root)) + sep) || !(await stat(path)).isFile()) return false;
      const bytes = await readFile(path);
      reply.headers({
        'content-type': type,
        // The names of built files change with their content.
        'cache-control': file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        'cross-origin-resource-policy': 'same-origin',
      });
      await reply.send(bytes);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
      throw error;
    }
  }
}
