import { open } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type BridgeRig,
  longestSilenceMs,
  longestWaitMs,
  numbersFrom,
  openBridgeRig,
  until,
  voiceHeardBy,
} from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 60_000 });

const number = numbersFrom(100);
afterEach(() => {
  vi.restoreAllMocks();
});

/** A bridge, and the connections to its database, so that the disk can be full or locked for them. */
async function openWithDisk(): Promise<{ readonly rig: BridgeRig; readonly connections: readonly Database.Database[] }> {
  const connections: Database.Database[] = [];
  const pragma = Database.prototype.pragma;
  const spy = vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, ...args) {
    if (!connections.includes(this)) connections.push(this);
    return pragma.apply(this, args);
  });
  const rig = await openBridgeRig({
    people: () => ({ moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 6_000 }, { kind: 'hang-up' }] }),
  });
  spy.mockRestore();
  expect(connections.length).toBeGreaterThan(0);
  return { rig, connections };
}

/** From now on no file on this disk can grow: neither the database nor a recording. @returns lets them grow again */
async function fillDisk(connections: readonly Database.Database[], dataDir: string): Promise<() => void> {
  for (const database of connections)
    if (database.open) database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`);
  const handle = await open(`${dataDir}/ringside.db`, 'r');
  const spy = vi.spyOn(Object.getPrototypeOf(handle) as { write: () => Promise<unknown> }, 'write');
  spy.mockImplementation(() => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })));
  await handle.close();
  return () => {
    spy.mockRestore();
    for (const database of connections) if (database.open) database.pragma('max_page_count = 1000000');
  };
}

describe('a disk that is full', () => {
  it('lets nobody be dialled whose attempt cannot be kept, says so, and dials again when there is room', async () => {
    const { rig, connections } = await openWithDisk();
    await using _ = rig;
    const agentId = await rig.agent();
    const free = await fillDisk(connections, rig.dataDir);
    const to = number();
    // Long values make the attempt need new pages.
    const variables = Object.fromEntries(Array.from({ length: 40 }, (_value, index) => [`field${index}`, 'x'.repeat(2_000)]));
    const input = { to, agentId, carrier: 'twilio', from: '+12025550100', compliance: 'off', variables };
    const refused = await rig.ask('calls.dial', input);
    expect(refused).toMatchObject({ status: 503, error: { code: 'store/unavailable', message: expect.stringMatching(/disk.*full/) } });
    expect(rig.ringsAt(to)).toEqual([]);
    expect(await rig.invoke('calls.list', {})).toEqual([]);
    free();
    const { result } = await rig.ask('calls.dial', input);
    expect(result).toMatchObject({ to, outcome: null });
    await until('the phone to ring', () => rig.ringsAt(to).length === 1);
  });

  it('in mid-call does not take the conversation down', async () => {
    const { rig, connections } = await openWithDisk();
    await using _ = rig;
    const to = number();
    const { id } = await rig.dial(to, 'plivo');
    await until('our voice', () => voiceHeardBy(rig.ringsAt(to)[0]).length > 0);
    const free = await fillDisk(connections, rig.dataDir);
    const [leg] = rig.ringsAt(to);
    await until('the end of the call', () => leg?.endedAtMs);
    expect(longestSilenceMs(voiceHeardBy(leg), 5_000)).toBeLessThan(longestWaitMs);
    free();
    expect((await rig.ask('calls.get', { id })).status).toBe(200);
    expect((await rig.dial(number(), 'twilio')).state).not.toBe('ended');
    expect(rig.violations()).toEqual([]);
  });
});

describe('a data folder that turns read-only', () => {
  it('stops dialling with a sentence that names the folder, and a live call is talked to its end, with an alert', async () => {
    const { rig, connections } = await openWithDisk();
    await using _ = rig;
    const [first, second] = [number(), number()];
    await rig.dial(first, 'twilio');
    await until('our voice', () => voiceHeardBy(rig.ringsAt(first)[0]).length > 0);
    for (const database of connections) if (database.open) database.pragma('query_only = 1');
    const agentId = (await rig.invoke('agents.list', {}))[0]?.id;
    const refused = await rig.ask('calls.dial', { to: second, agentId, carrier: 'twilio', from: '+12025550100', compliance: 'off' });
    expect(refused).toMatchObject({
      status: 503,
      error: { code: 'store/unavailable', message: expect.stringContaining('cannot be written to') },
    });
    expect(refused.error.message).toContain(rig.dataDir);
    expect(rig.ringsAt(second)).toEqual([]);
    const [leg] = rig.ringsAt(first);
    await until('the end of the call', () => leg?.endedAtMs);
    expect(longestSilenceMs(voiceHeardBy(leg), 5_000)).toBeLessThan(longestWaitMs);
    await until('the alert', () =>
      rig.feed.some(({ type, message }) => type === 'alert' && String(message).includes('cannot be written to')),
    );
    for (const database of connections) if (database.open) database.pragma('query_only = 0');
  });
});
