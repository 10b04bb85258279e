import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { SocketFault } from '#bridge/rehearsal/carriers/faults.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import {
  type BridgeRig,
  longestSilenceMs,
  longestWaitMs,
  numbersFrom,
  openBridgeRig,
  until,
  voiceHeardBy,
  webhooksOf,
} from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, maxConcurrency: 12 });

let rig: BridgeRig;
/** Long enough for disclosure and greeting to be heard to their ends. */
const patientMs = 8_000;
beforeAll(async () => {
  rig = await openBridgeRig({
    people: (number) => ({
      moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: veryPatient.has(number) ? 30_000 : patientMs }, { kind: 'hang-up' }],
    }),
  });
  await rig.warmUp();
});
afterAll(async () => {
  const violations = rig.violations();
  await rig[Symbol.asyncDispose]();
  expect(violations).toEqual([]);
});

const number = numbersFrom(100);
const veryPatient = new Set<string>();

async function callWith(carrier: CarrierName, act: SocketFault['act'], to = number()) {
  rig.sim(carrier).fault({ on: 'socket', act, to });
  const call = await rig.callThrough(to, carrier);
  const [leg, ...more] = rig.ringsAt(to);
  expect(more).toEqual([]);
  return { call, leg };
}

/** How the bridge, or the cable, ended each media socket of a leg. */
const closings = (leg: SimCall | undefined) =>
  (leg?.history ?? []).flatMap((event) =>
    event.kind === 'socket' && event.direction === 'state' ? [(event.message as { closed: number }).closed] : [],
  );

/** Both opening sentences were heard, with no longer pause than people make. */
function expectNoDeadAir(leg: SimCall | undefined): void {
  const voice = voiceHeardBy(leg);
  expect(longestSilenceMs(voice, 5_000)).toBeLessThan(longestWaitMs);
}

const asUsual = { state: 'ended', outcome: 'completed', rung: 'realtime', endedBy: 'lead' };

describe.concurrent.each(['twilio', 'plivo'] as const)('media sockets of %s', (carrier) => {
  it.for([['garbage'], ['truncated'], ['binary']] as const)('that carry a %s message go on as if it had not come', async ([send]) => {
    const { call, leg } = await callWith(carrier, { send, afterMs: 1_500 });
    expect(call).toMatchObject(asUsual);
    expect(call.disclosurePlayedAt).not.toBeNull();
    expect(closings(leg)).toEqual([1000]);
    expectNoDeadAir(leg);
  });

  it('that carry an oversized message are closed for it, and the call goes on over a new one', async () => {
    const { call, leg } = await callWith(carrier, { send: 'oversized', afterMs: 1_500 });
    // Our close frame may be overtaken by the end of the connection.
    expect(closings(leg)).toEqual([expect.toBeOneOf([1009, 1006]), 1000]);
    expect(call).toMatchObject(asUsual);
    expectNoDeadAir(leg);
  });

  it('that carry sound before their start do no harm', async () => {
    const { call, leg } = await callWith(carrier, 'media-before-start');
    expect(call).toMatchObject(asUsual);
    expect(closings(leg)).toEqual([1000]);
    expectNoDeadAir(leg);
  });

  it('that name another call are closed, and the right one is still let in', async () => {
    const { call, leg } = await callWith(carrier, 'wrong-call');
    expect(closings(leg)).toEqual([1008, 1000]);
    expect(call).toMatchObject(asUsual);
    expectNoDeadAir(leg);
  });

  it('with a wrong signature are refused at the upgrade, and the callee hears us all the same', async () => {
    const { call, leg } = await callWith(carrier, 'wrong-signature');
    expect(closings(leg)).toEqual([1000]);
    expect(call).toMatchObject(asUsual);
    expectNoDeadAir(leg);
  });

  it('that are cut in mid-sentence come back, and the sentence is heard', async () => {
    const { call, leg } = await callWith(carrier, { cutAfterMs: 1_500 });
    expect(closings(leg)).toEqual([1006, 1000]);
    expect(call).toMatchObject(asUsual);
    expectNoDeadAir(leg);
    const { speaker, text } = call.transcript.find((segment) => segment.speaker === 'ai') ?? {};
    expect([speaker, text]).toEqual(['ai', 'Hello, this is Mia, an AI assistant.']);
  });

  it('on which nothing is ever confirmed speak on, but the disclosure does not count as heard', async () => {
    const { call, leg } = await callWith(carrier, 'no-checkpoints');
    expect(call).toMatchObject({ ...asUsual, disclosurePlayedAt: null });
    expectNoDeadAir(leg);
  });

  it('that never say a word are closed, and the carrier speaks for us', async () => {
    const to = number();
    veryPatient.add(to);
    const { call, leg } = await callWith(carrier, 'silent', to);
    expect(closings(leg)).toHaveLength(1);
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', rung: 'announcement', disposition: 'announcement-heard' });
    expect(voiceHeardBy(leg)[0]?.startMs).toBeLessThan(longestWaitMs);
    expect(longestSilenceMs(voiceHeardBy(leg), 9_000)).toBeLessThan(longestWaitMs);
  });

  it('take each token once: a second socket to the same address, a made-up token and a plain request are refused', async () => {
    const to = number();
    rig.sim(carrier).fault({ on: 'socket', act: { secondAfterMs: 800 }, to });
    const { id } = await rig.dial(to, carrier);
    const leg = await until('the answer', () => rig.ringsAt(to)[0]);
    const document = await until('the document', () => webhooksOf(leg).find(({ name }) => name === 'answer')?.body);
    const address = /wss?:\/\/[^"<]+/.exec(document)?.[0] ?? '';
    expect(address).toContain(`/media/${carrier}/`);
    await until('sound on the right socket', () => leg.media.framesFromBridge > 0);
    expect(await refusalOf(address)).toBe(403);
    expect(await refusalOf(address.replace(/[^/]+$/, 'made-up'))).toBe(403);
    expect(await refusalOf(address.replace('/media/', '/medium/'))).toBe(404);
    expect(await refusalOf(address.replace(carrier, carrier === 'twilio' ? 'plivo' : 'twilio'))).toBe(403);
    expect((await fetch(address.replace(/^ws/, 'http'))).status).toBe(404);
    const call = await rig.over(id);
    expect(call).toMatchObject(asUsual);
    expect(closings(leg)).toEqual([1000]);
    expectNoDeadAir(leg);
  });
});

/** @returns the status with which an upgrade was refused; null when it was not */
function refusalOf(address: string): Promise<number | null> {
  const socket = new WebSocket(address);
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.terminate();
      resolve(null);
    });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
  });
}
