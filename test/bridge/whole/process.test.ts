import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { numbersFrom, openWorldRig, shortAgent, until, violationsIn, voiceHeardBy, type WorldRig } from '#test/support/bridge-rig.ts';
import { type ServeChild, startServe } from '#test/support/serve-child.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const number = numbersFrom(100);
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function open(): Promise<WorldRig> {
  const people = () => ({ moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 30_000 }, { kind: 'hang-up' }] }) as const;
  const rig = await openWorldRig({ people, env: { RINGSIDE_LANDING_SECONDS: '8' } });
  cleanups.push(() => rig.close());
  return rig;
}

function serve(env: Readonly<Record<string, string>>): ServeChild {
  const child = startServe(env);
  cleanups.push(async () => {
    child.signal('SIGKILL');
    await child.ended;
  });
  return child;
}

/** Two people listen to the AI, one over each carrier. */
async function talking(rig: WorldRig, child: ServeChild): Promise<{ readonly calls: readonly string[] }> {
  const { id: agentId } = await child.invoke('agents.create', shortAgent);
  const calls = await Promise.all(
    (['twilio', 'plivo'] as const).map(async (carrier) => {
      const input = { to: number(), agentId, carrier, from: '+12025550100', compliance: 'off', ringSeconds: 10, maxCallSeconds: 60 };
      return (await child.invoke('calls.dial', input)).id;
    }),
  );
  await until(
    'both to hear us',
    () => [...rig.world.twilio.calls(), ...rig.world.plivo.calls()].filter((call) => voiceHeardBy(call).length > 0).length === 2,
  );
  return { calls };
}

describe('the bridge as a process', () => {
  it('lands live calls when it is told to stop: a goodbye is heard, the record is whole, exit code 0', async () => {
    const rig = await open();
    const child = serve(rig.env);
    const ready = JSON.parse(await child.firstLine);
    expect(ready).toMatchObject({ event: 'ready', publicUrl: rig.env.RINGSIDE_PUBLIC_URL, ingressUrl: rig.env.RINGSIDE_PUBLIC_URL });
    const { calls } = await talking(rig, child);
    await new Promise((resume) => setTimeout(resume, 4_000));
    const toldAtMs = Date.now();
    child.signal('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(Date.now() - toldAtMs).toBeLessThan(12_000);
    for (const leg of [...rig.world.twilio.calls(), ...rig.world.plivo.calls()]) {
      expect(leg.endedAtMs).not.toBeNull();
      // Something was said after the signal, and it was said to its end.
      const saidUntilMs = (leg.answeredAtMs ?? 0) + (voiceHeardBy(leg).at(-1)?.endMs ?? 0);
      expect(saidUntilMs).toBeGreaterThan(toldAtMs + 500);
    }
    expect(violationsIn(rig.world)).toEqual([]);
    expect(child.said.out.trim().split('\n')).toHaveLength(1);

    const again = serve(rig.env);
    for (const id of calls) {
      const call = await again.invoke('calls.get', { id });
      expect(call).toMatchObject({ state: 'ended', outcome: 'completed', endedBy: 'operator', endedReason: 'Ringside was closed' });
      expect(call.transcript.filter(({ speaker }) => speaker === 'ai').at(-1)?.text).toBe('Thank you for your time. Goodbye.');
      expect(call.recording?.durationMs).toBeGreaterThan(4_000);
    }
    again.signal('SIGINT');
    expect(await again.ended).toBe(0);
  });

  it('hangs up at once at a second signal', async () => {
    const rig = await open();
    const child = serve(rig.env);
    await talking(rig, child);
    child.signal('SIGTERM');
    await new Promise((resume) => setTimeout(resume, 200));
    const toldAtMs = Date.now();
    child.signal('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(Date.now() - toldAtMs).toBeLessThan(4_500);
    for (const leg of [...rig.world.twilio.calls(), ...rig.world.plivo.calls()]) expect(leg.endedAtMs).not.toBeNull();
  });

  it.each(['RINGSIDE_CONSOLE_PORT', 'RINGSIDE_INGRESS_PORT'])(
    'names the port and %s when the port is taken, and ends with 1',
    async (variable) => {
      const rig = await open();
      const server = createServer().listen(0, '127.0.0.1');
      cleanups.push(() => server.close());
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const child = serve({ ...rig.env, RINGSIDE_LOG: 'error', [variable]: `${port}` });
      expect(await child.ended).toBe(1);
      expect(child.said.out).toBe('');
      expect(child.said.err).toMatch(new RegExp(`^Ringside cannot start: Port ${port} is in use .*${variable}.*\\n$`));
    },
  );

  it('leaves a database of a newer build alone and names both versions', async () => {
    const rig = await open();
    const first = serve(rig.env);
    await first.firstLine;
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    const file = `${rig.env.RINGSIDE_DATA_DIR}/ringside.db`;
    const raw = new Database(file);
    raw.pragma('user_version = 7012');
    raw.close();
    const child = serve({ ...rig.env, RINGSIDE_LOG: 'error' });
    expect(await child.ended).toBe(1);
    expect(child.said.err).toMatch(/^Ringside cannot start: .*7012.*\n$/);
    const after = new Database(file, { readonly: true });
    expect(after.pragma('user_version', { simple: true })).toBe(7012);
    after.close();
  });

  it('says which folder cannot be used', async () => {
    const rig = await open();
    mkdirSync(`${rig.folder}/data`);
    mkdirSync(`${rig.folder}/data/ringside.db`);
    const child = serve({ ...rig.env, RINGSIDE_LOG: 'error' });
    expect(await child.ended).toBe(1);
    expect(child.said.err).toMatch(/^Ringside cannot start: .*\n$/);
    expect(child.said.err).toContain(`${rig.folder}/data`);
  });

  it('does not share its folder with a second one', async () => {
    const rig = await open();
    const first = serve(rig.env);
    await first.firstLine;
    const second = serve({ ...rig.env, RINGSIDE_INGRESS_PORT: '0', RINGSIDE_LOG: 'error' });
    expect(await second.ended).toBe(1);
    expect(second.said.err).toMatch(/^Ringside cannot start: Another Ringside is using the data folder .*RINGSIDE_DATA_DIR/);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
  });
});
