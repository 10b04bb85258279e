import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderForTest } from '#test/support/temporary-folder.ts';
import { ask, closeAll, openConsole } from './open-console.ts';

afterEach(closeAll);

const html = '<!doctype html><head><meta name="csp-nonce" content="" /></head><script type="module" src="./assets/index-1.js"></script>';

async function built() {
  const { path: folder } = await folderForTest();
  const root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets', 'deep'), { recursive: true });
  writeFileSync(join(root, 'index.html'), html);
  writeFileSync(join(root, 'favicon.svg'), '<svg/>');
  writeFileSync(join(root, 'assets', 'index-1.js'), 'export {};');
  writeFileSync(join(root, 'assets', 'index-1.css'), 'a{}');
  writeFileSync(join(root, 'assets', 'inter-1.woff2'), 'font');
  writeFileSync(join(root, 'assets', 'notes.txt'), 'not ours to show');
  writeFileSync(join(root, 'assets', 'deep', 'x.js'), 'deep');
  writeFileSync(join(folder, 'outside.js'), 'outside');
  symlinkSync(join(folder, 'outside.js'), join(root, 'assets', 'link.js'));
  const { console } = await openConsole({ rendererDir: root });
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    ask(console, path, { withToken: false, headers, method });
  return { console, get };
}

describe('the screens', () => {
  it('are served without a token, each kind under its own name', async () => {
    const { get } = await built();
    for (const [path, type, cache] of [
      ['/', 'text/html; charset=utf-8', 'no-store'],
      ['/favicon.svg', 'image/svg+xml', 'no-cache'],
      ['/assets/index-1.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/assets/index-1.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/assets/inter-1.woff2', 'font/woff2', 'public, max-age=31536000, immutable'],
    ] as const) {
      const { status, headers } = await get(path);
      expect([path, status, headers['content-type'], headers['cache-control'], headers['x-content-type-options']]).toEqual([
        path,
        200,
        type,
        cache,
        'nosniff',
      ]);
    }
    expect((await get('/assets/index-1.js')).body).toBe('export {};');
    expect(await get('/assets/index-1.js', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it('take styles only with the nonce of their own load, and scripts only from here', async () => {
    const { console, get } = await built();
    const nonces = new Set<string>();
    for (let load = 0; load < 3; load++) {
      const { headers, body } = await get('/');
      const policy = String(headers['content-security-policy']);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(body).toContain(`<meta name="csp-nonce" content="${nonce}" />`);
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${console.port} blob:`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|trusted-types/);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it.each([
    '/assets/../index.html',
    '/assets/..%2f..%2foutside.js',
    '/..%2foutside.js',
    '/assets/link.js',
    '/assets/notes.txt',
    '/assets/deep/x.js',
    '/assets/deep%2fx.js',
    '/assets/',
    '/assets',
    '/assets/missing.js',
    '/.hidden.js',
    '/outside.js',
    '/index.html/../outside.js',
  ])('give away nothing else: %s', async (path) => {
    const { console, get } = await built();
    expect((await get(path)).status).toBe(401);
    expect((await ask(console, path)).status).toBe(404);
  });

  it('are for pages of this machine only', async () => {
    const { get } = await built();
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/assets/index-1.js', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/assets/index-1.js', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await get('/', {}, 'POST')).status).toBe(401);
  });

  it('say what to do when they are not built', async () => {
    const { console } = await openConsole();
    const { status, headers, body } = await ask(console, '/', { withToken: false });
    expect([status, headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(body).toContain('npm run build');
  });
});
