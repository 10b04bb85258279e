import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';

export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://ringside`;

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
};

/** Before the app is ready: the page's own scheme is a standard, secure one, so that it has an origin, storage and audio worklets. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
}

/** What the page may load: itself, and the recordings that the console side serves on this machine. @param consoleUrl as `http://127.0.0.1:4700` */
function policy(nonce: string, consoleUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${consoleUrl}`,
    `media-src 'self' blob: ${consoleUrl}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The console side of this very program has the recordings; an address of one bears a ticket, which is checked there. */
async function recording(request: Request, address: string): Promise<Response> {
  const headers: Record<string, string> = {};
  for (const name of ['range', 'if-range']) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  try {
    return await fetch(address, { headers, redirect: 'error' });
  } catch {
    return new Response('Not here.', { status: 502 });
  }
}

/** Serve the built page under its scheme. Nothing outside its folder can be asked for. @param folder of the built renderer */
export function servePage(folder: string, consoleUrl: () => string): void {
  const root = normalize(folder + sep);
  protocol.handle(pageScheme, async (request) => {
    const { pathname, host, search } = new URL(request.url);
    if (host === 'ringside' && pathname.startsWith('/recordings/')) return recording(request, `${consoleUrl()}${pathname}${search}`);
    const file = normalize(join(root, decodeURIComponent(pathname === '/' ? '/index.html' : pathname)));
    if (host !== 'ringside' || !file.startsWith(root)) return new Response('Not here.', { status: 404 });
    try {
      const nonce = randomBytes(16).toString('base64');
      const body = await readFile(file);
      const isPage = extname(file) === '.html';
      return new Response(isPage ? body.toString().replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`) : body, {
        headers: {
          'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': policy(nonce, consoleUrl()),
          'x-content-type-options': 'nosniff',
        },
      });
    } catch {
      return new Response('Not here.', { status: 404 });
    }
  });
}
