import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { RehearsalResult } from '#bridge/rehearse-report.ts';
import type { Destination } from '#test/support/loopback-only.ts';
import { temporaryFolder } from '#test/support/store.ts';

vi.setConfig({ testTimeout: 150_000 });

const entry = fileURLToPath(new URL('../../../src/bridge/rehearse.ts', import.meta.url));
const guard = fileURLToPath(new URL('../../support/loopback-only.ts', import.meta.url));

/** A process that may reach nothing but this machine; where it wanted to go is written down. */
async function confined(folder: string, args: readonly string[]) {
  const file = join(folder, 'destinations.jsonl');
  writeFileSync(file, '');
  const child = spawn(process.execPath, ['--import', pathToFileURL(guard).href, ...args], {
    // Keys of real accounts are at hand, as they may be on the owner's machine.
    env: {
      HOME: folder,
      LOOPBACK_LOG: file,
      RINGSIDE_DATA_DIR: join(folder, 'data'),
      RINGSIDE_PUBLIC_URL: 'https://bridge.example.com',
      TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000000',
      TWILIO_AUTH_TOKEN: 'not-a-token',
      PLIVO_AUTH_ID: 'MA000000000000000000',
      PLIVO_AUTH_TOKEN: 'not-a-token',
      OPENAI_API_KEY: 'sk-not-a-key',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const destinations = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Destination);
  return { code, out, err, destinations };
}

describe.concurrent('the rehearsal', () => {
  it('reaches nothing but this machine, from any of its threads, and every lead ends as its script says', async () => {
    await using folder = await temporaryFolder();
    const { code, out, err, destinations } = await confined(folder.path, [entry, '--json']);
    const result = JSON.parse(out) as RehearsalResult;
    expect(result.problems).toEqual([]);
    expect({ code, ok: result.ok, calls: result.calls.length }).toEqual({ code: 0, ok: true, calls: 12 });
    expect(result.seconds).toBeLessThan(110);
    for (const { lead, heard, firstAudioMs, role } of result.calls) {
      if (firstAudioMs !== null) expect(heard, lead ?? '').toEqual({ ours: true, lead: role !== 'silent' });
    }
    expect(err).toContain('REHEARSAL');
    expect(destinations.filter(({ ok }) => !ok)).toEqual([]);
    // The bridge and the simulated services are threads of one process; both have asked for sockets, or this test has watched nobody.
    const threads = new Set(destinations.filter(({ way }) => way === 'connect').map(({ thread }) => thread));
    expect(threads.size).toBeGreaterThanOrEqual(2);
    expect(destinations.filter(({ way }) => way === 'listen').length).toBeGreaterThanOrEqual(5);
  });

  it('would be caught if it reached further', async () => {
    await using folder = await temporaryFolder();
    const escapes = [
      "await fetch('http://198.51.100.7/').catch(() => {})",
      "await import('node:net').then(({ connect }) => { try { connect(443, 'bridge.example.com').on('error', () => {}) } catch {} })",
      "await import('node:dns/promises').then(({ lookup }) => lookup('bridge.example.com')).catch(() => {})",
      "new (await import('node:worker_threads')).Worker(\"fetch('http://198.51.100.8/').catch(() => {})\", { eval: true })",
    ];
    const { destinations } = await confined(folder.path, ['--input-type=module', '--eval', escapes.join(';')]);
    expect(destinations.filter(({ ok }) => !ok).map(({ host }) => host)).toEqual(
      expect.arrayContaining(['198.51.100.7', 'bridge.example.com', '198.51.100.8']),
    );
  });
});
