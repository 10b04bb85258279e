import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { type Move, ScriptedConversation } from '#bridge/rehearsal/people/conversation.ts';
import type { Directory, Voices } from '#bridge/rehearsal/person.ts';
import { type BridgeChild, type BridgeEnv, startBridge } from '../../kill/bridge-child.ts';
import type { CreateHooks } from '../../kill/carrier-door.ts';
import { postMortem } from '../../kill/post-mortem.ts';
import { type KillWorld, openKillWorld } from '../../kill/world.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

/** These kill and start real processes. */
const timeout = 60_000;

const agent = {
  name: 'Kim',
  instructions: 'You call for Northside Plumbing.',
  disclosure: 'This is an AI call.',
  greeting: 'Do you have a minute?',
};
const to = '+12125550111';
const carriers: readonly CarrierName[] = ['twilio', 'plivo'];

/** One person who rings for a while, says hello and listens as long as they have time. */
function person(ringMs: number, listensMs: number): (voices: Voices) => Directory {
  const moves: readonly Move[] = [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: listensMs }, { kind: 'hang-up' }];
  return (voices) => {
    void voices.render('Hello?', 'rms').catch(() => {});
    return () => ({
      ringing: { kind: 'answers', afterMs: ringMs },
      machine: { kind: 'human', afterMs: 1_500, beepAtMs: null },
      answer: () => new ScriptedConversation(moves, 'rms', voices, 30_000),
    });
  };
}

const letPass: CreateHooks = { received: () => ({ pass: true, delayMs: 0 }), placed: () => {}, answered: () => {} };

async function openWorld(ringMs: number, listensMs = 4_000): Promise<KillWorld> {
  const world = await openKillWorld({ seed: 1, people: person(ringMs, listensMs) }, letPass, 'error');
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(postMortem(world.env));
    await world.close();
  });
  return world;
}

async function start(env: BridgeEnv): Promise<BridgeChild> {
  const bridge = await startBridge(env, { segment: () => {} });
  onTestFinished(() => (bridge.gone ? undefined : bridge.kill()));
  return bridge;
}

async function dial(bridge: BridgeChild, carrier: CarrierName): Promise<CallId> {
  const { id: agentId } = await bridge.invoke('agents.create', agent);
  const input = { to, from: '+12025550100', agentId, carrier, world: 'real', compliance: 'off', ringSeconds: 20, maxCallSeconds: 30 };
  return (await bridge.invoke('calls.dial', input)).id;
}

async function until(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('it did not come about in time');
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

async function ended(bridge: BridgeChild, id: CallId): Promise<Call> {
  let call = await bridge.invoke('calls.get', { id });
  await until(async () => {
    call = await bridge.invoke('calls.get', { id });
    return call.state === 'ended';
  });
  return call;
}

/** What the carrier's own voice said to the callee. */
function spoken(call: SimCall | undefined): string[] {
  return (call?.history ?? []).flatMap((event) => (event.kind === 'verb' && /^(say|speak)$/i.test(event.verb) ? [event.detail] : []));
}

describe.each(carriers)('a bridge on %s that is killed', (carrier) => {
  it('while a phone rings, and is back when it is answered, talks with whoever answers', { timeout }, async () => {
    const world = await openWorld(8_000);
    const first = await start(world.env);
    const id = await dial(first, carrier);
    await until(() => world.calls()[0]?.ringingAtMs != null);
    await first.kill();
    const second = await start(world.env);
    await until(() => (world.calls()[0]?.media.bytesFromBridge ?? 0) > 9_600);
    expect(await second.invoke('calls.get', { id })).toMatchObject({ rung: 'realtime', state: 'live' });
    const call = await ended(second, id);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'realtime' });
    expect(call.transcript.map(({ text }) => text)).toContain(agent.disclosure);
    expect(call.recording?.durationMs).toBeGreaterThan(3_000);
    expect(spoken(world.calls()[0])).toEqual([]);
    expect(world.creates()).toHaveLength(1);
    expect(world.violations()).toEqual([]);
  });

  it('in mid-call, and is back in time, lets the carrier apologise and ends the call', { timeout }, async () => {
    const world = await openWorld(300, 20_000);
    const first = await start(world.env);
    const id = await dial(first, carrier);
    await until(() => (world.calls()[0]?.media.bytesFromBridge ?? 0) > 9_600);
    await first.kill();
    const second = await start(world.env);
    const call = await ended(second, id);
    // The carrier begins with it by itself, and does so again when the bridge asks for it.
    expect(spoken(world.calls()[0])).toContainEqual(expect.stringMatching(/sorry/i));
    expect(call).toMatchObject({ outcome: 'completed', endedBy: 'bridge' });
    expect(call.endedReason).toContain('Ringside was restarted in mid-call');
    expect(call.transcript.map(({ text }) => text)).toContain(agent.disclosure);
    expect(call.recording?.durationMs).toBeGreaterThan(300);
    expect(world.creates()).toHaveLength(1);
  });

  it('in mid-call and stays away leaves an apology to the carrier, and writes down how the call ended', { timeout }, async () => {
    const world = await openWorld(300, 20_000);
    const first = await start(world.env);
    const id = await dial(first, carrier);
    await until(() => (world.calls()[0]?.media.bytesFromBridge ?? 0) > 9_600);
    await first.kill();
    await until(() => world.calls()[0]?.endedAtMs != null);
    const second = await start(world.env);
    const call = await ended(second, id);
    expect(spoken(world.calls()[0])).toEqual([expect.stringMatching(/sorry/i)]);
    expect(call).toMatchObject({ outcome: 'completed', endedBy: 'bridge', endedReason: 'Ringside was restarted in mid-call' });
    expect(call.talkMs).toBeLessThan(18_000);
  });

  it('after its request was answered with an error although the phone rings, finds the call and dials nobody again', {
    timeout,
  }, async () => {
    const world = await openWorld(8_000);
    const sim = carrier === 'twilio' ? world.rehearsal.twilio : world.rehearsal.plivo;
    sim.fault({ on: 'rest', request: 'create', act: { status: 500 }, carriedOut: true });
    for (const webhook of ['status:initiated', 'status:ringing', 'ring']) sim.fault({ on: 'webhook', webhook, act: 'drop' });
    const first = await start(world.env);
    const id = await dial(first, carrier);
    expect(await first.invoke('calls.get', { id })).toMatchObject({ state: 'dialling', outcome: null });
    const again = dial(first, carrier);
    await expect(again).rejects.toThrow(/may have rung|not known|unknown/i);
    await first.kill();
    const second = await start(world.env);
    await until(async () => (await second.invoke('calls.get', { id })).carrierCallId === world.calls()[0]?.id);
    const call = await ended(second, id);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'realtime' });
    expect(world.creates()).toHaveLength(1);
  });
});

describe('a data folder', () => {
  it('serves one Ringside at a time; the second names the folder and the cure', { timeout }, async () => {
    const world = await openWorld(300);
    const first = await start(world.env);
    const other = { ...world.env, ingressPort: 0, logFile: join(world.folder, 'other.log') };
    await expect(startBridge(other, { segment: () => {} })).rejects.toThrow('the bridge did not start');
    expect(readFileSync(other.logFile, 'utf8')).toBe(
      `Ringside cannot start: Another Ringside is using the data folder ${world.env.dataDir}. Close it, or choose another folder with RINGSIDE_DATA_DIR.\n`,
    );
    await first.kill();
    await start(other);
  });

  it('that a newer build has written is left alone', { timeout }, async () => {
    const folder = await folderForTest();
    const dataDir = join(folder.path, 'data');
    mkdirSync(dataDir);
    const db = new Database(join(dataDir, 'ringside.db'));
    db.pragma('user_version = 999');
    db.close();
    const logFile = join(folder.path, 'bridge.log');
    const env: BridgeEnv = { dataDir, ingressPort: 0, logFile, variables: { RINGSIDE_LOG: 'error' } };
    await expect(startBridge(env, { segment: () => {} })).rejects.toThrow('the bridge did not start');
    expect(readFileSync(logFile, 'utf8')).toMatch(/^Ringside cannot start: The database in .* is of version 999; .*newer build again.*\n$/);
  });
});
