import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../src/bridge/serve.ts', import.meta.url));
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-serve-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The bridge as its own process, with nothing of this one's environment. */
function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { HOME: folder, RINGSIDE_DATA_DIR: join(folder, 'data'), RINGSIDE_CONSOLE_PORT: '0', RINGSIDE_INGRESS_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said = { out: '', err: '' };
  const firstLine = Promise.withResolvers<string>();
  child.stdout.on('data', (data) => {
    said.out += data;
    if (said.out.includes('\n')) firstLine.resolve(said.out.split('\n', 1)[0] ?? '');
  });
  child.stderr.on('data', (data) => {
    said.err += data;
  });
  const ended = once(child, 'close').then(([code]) => {
    firstLine.reject(new Error(`ended with ${code}: ${said.err}`));
    return code as number | null;
  });
  firstLine.promise.catch(() => {});
  return { child, said, firstLine: firstLine.promise, ended };
}

describe('the bridge as a process', () => {
  it('says in its first line where it is, serves, and ends with 0 when it is told to', async () => {
    const { child, said, firstLine, ended } = run(['--json']);
    const ready = JSON.parse(await firstLine);
    expect(Object.keys(ready)).toEqual(['event', 'consoleUrl', 'token', 'ingressUrl', 'publicUrl']);
    expect(ready).toMatchObject({ event: 'ready', publicUrl: null });
    const authorization = `Bearer ${ready.token}`;
    const status = await fetch(`${ready.consoleUrl}/api/setup.status`, { method: 'POST', headers: { authorization } });
    expect(await status.json()).toMatchObject({ result: { canRehearse: true, canCallForReal: false } });
    expect((await fetch(`${ready.consoleUrl}/api`)).status).toBe(401);
    expect((await fetch(`${ready.ingressUrl}/health`)).status).toBe(200);
    expect((await fetch(`${ready.ingressUrl}/api`, { headers: { authorization } })).status).toBe(404);
    expect(statSync(join(folder, 'data', 'console-token')).mode & 0o777).toBe(0o600);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.out.trim().split('\n')).toHaveLength(1);
    expect(said.out + said.err).not.toMatch(/^\s+at /m);
    expect(said.err).not.toContain(ready.token);
  });

  it('keeps its token from one start to the next, and offers rehearsal when there is no key', async () => {
    const first = run(['--json']);
    const { token } = JSON.parse(await first.firstLine);
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    const second = run([]);
    expect(await second.firstLine).toContain('npm run rehearse');
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    const third = run(['--json']);
    expect(JSON.parse(await third.firstLine).token).toBe(token);
    third.child.kill('SIGTERM');
    expect(await third.ended).toBe(0);
  });

  it.each(['RINGSIDE_CONSOLE_PORT', 'RINGSIDE_INGRESS_PORT'])('names the port and %s when the port is taken', async (variable) => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const { said, ended } = run(['--json'], { [variable]: String(port), RINGSIDE_LOG: 'error' });
      expect(await ended).toBe(1);
      expect(said.out).toBe('');
      expect(said.err).toMatch(new RegExp(`^Ringside cannot start: Port ${port} is in use .*${variable}.*\\n$`));
    } finally {
      server.close();
    }
  });

  it('ends with 2 and names an unknown variable', async () => {
    const { said, ended } = run([], { RINGSIDE_CONSOLE_PROT: '1' });
    expect(await ended).toBe(2);
    expect(said.err).toMatch(/^Ringside cannot start: RINGSIDE_CONSOLE_PROT .*RINGSIDE_CONSOLE_PORT\?\n$/);
  });

  it('says which folder cannot be used', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { said, ended } = run([], { RINGSIDE_DATA_DIR: join(folder, 'file', 'data'), RINGSIDE_LOG: 'error' });
    expect(await ended).toBe(1);
    expect(said.err).toMatch(/^Ringside cannot start: .*\n$/);
    expect(said.err).toContain(join(folder, 'file'));
  });
});
