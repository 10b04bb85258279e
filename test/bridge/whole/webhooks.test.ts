import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { WebhookFault } from '#bridge/rehearsal/carriers/faults.ts';
import { type BridgeRig, longestWaitMs, numbersFrom, openBridgeRig, until, voiceHeardBy, webhooksOf } from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, maxConcurrency: 12 });

let rig: BridgeRig;
beforeAll(async () => {
  rig = await openBridgeRig();
  await rig.warmUp();
});
afterAll(async () => {
  const violations = rig.violations();
  await rig[Symbol.asyncDispose]();
  expect(violations).toEqual([]);
});

const number = numbersFrom(100);
/** The same moments of a call, as each carrier calls them. */
const names = {
  twilio: { ringing: 'status:ringing', ended: 'status:completed', signature: 'x-twilio-signature' },
  plivo: { ringing: 'ring', ended: 'hangup', signature: 'x-plivo-signature-v3' },
} as const;

/** A whole call in which one webhook of the carrier comes wrong. */
async function callWith(carrier: CarrierName, webhook: string, act: WebhookFault['act']) {
  const to = number();
  rig.sim(carrier).fault({ on: 'webhook', webhook, act, to });
  const call = await rig.callThrough(to, carrier);
  const [leg, ...more] = rig.ringsAt(to);
  expect(more).toEqual([]);
  const asked = () =>
    webhooksOf(leg)
      .filter(({ name }) => name === webhook)
      .map(({ status }) => status);
  return { call, leg, asked };
}

const asUsual = { outcome: 'completed', rung: 'realtime', endedBy: 'lead' };

describe.concurrent.each(['twilio', 'plivo'] as const)('webhooks of %s', (carrier) => {
  const { ringing, ended, signature } = names[carrier];

  it.for([['answer'], [ended]])('that a stranger forges (%s) are refused, and the genuine ones still count', async ([webhook = '']) => {
    const { call, asked, leg } = await callWith(carrier, webhook, 'forged');
    expect(asked()).toEqual([403, 200]);
    expect(call).toMatchObject(asUsual);
    expect(voiceHeardBy(leg)[0]?.startMs).toBeLessThan(longestWaitMs);
  });

  it.for([['wrong-signature'], ['no-signature']] as const)(
    'that come with a %s leave the answer to the fallback: a voice, not silence',
    async ([act]) => {
      const { call, asked, leg } = await callWith(carrier, 'answer', act);
      expect(asked()).toEqual([403]);
      expect(webhooksOf(leg).find(({ name }) => name === 'fallback')?.status).toBe(200);
      expect(call.state).toBe('ended');
      expect(call.transcript.filter(({ speaker }) => speaker === 'lead')).toEqual([]);
      expect(voiceHeardBy(leg)[0]?.startMs).toBeLessThan(longestWaitMs);
    },
  );

  it.for([['answer'], [ringing], [ended]])('that come twice (%s) count once', async ([webhook = '']) => {
    const { call, asked } = await callWith(carrier, webhook, 'duplicate');
    await until('the second one', () => asked().length === 2);
    expect(asked()).toEqual([200, 200]);
    expect(call).toMatchObject(asUsual);
    const hops = call.hops.map(({ name }) => name);
    expect(hops).toEqual([...new Set(hops)]);
    const endsTold = () =>
      rig.feed.filter(
        ({ type, call: changed }) =>
          type === 'call.changed' && (changed as typeof call).id === call.id && (changed as typeof call).state === 'ended',
      );
    // The end is told behind the answer that told it to us.
    await until('the news of the end', () => endsTold().length > 0);
    expect(endsTold()).toHaveLength(1);
    expect(call.costs.filter(({ kind }) => kind === 'carrier')).toHaveLength(1);
  });

  it('that are replayed when the call is long over change nothing', async () => {
    const { call, asked } = await callWith(carrier, ringing, { replayAfterMs: 7_000 });
    const before = await rig.invoke('calls.get', { id: call.id });
    await until('the replay', () => asked().length === 2);
    expect(await rig.invoke('calls.get', { id: call.id })).toEqual(before);
  });

  it('that come out of order (ringing after the answer) do not take the call back', async () => {
    const { call } = await callWith(carrier, ringing, { delayMs: 1_500 });
    expect(call).toMatchObject(asUsual);
    const states = rig.feed
      .filter(({ type, call: changed }) => type === 'call.changed' && (changed as typeof call).id === call.id)
      .map(({ call: changed }) => (changed as typeof call).state);
    expect(states.indexOf('live')).toBeGreaterThan(-1);
    expect(states.slice(states.indexOf('live'))).not.toContain('ringing');
  });

  it('sent by hand without a valid signature or ticket get 403, on any path but theirs 404, and change nothing', async () => {
    const to = number();
    const dialled = await rig.dial(to, carrier);
    const hook = await until('a webhook', () => webhooksOf(rig.ringsAt(to)[0])[0]);
    const post = (url: string, headers: Record<string, string> = {}) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(hook.params),
      });
    const endPath = hook.url.replace(/\/(status|ring)\//, carrier === 'twilio' ? '/status/' : '/hangup/');
    const status = async (answer: Promise<Response>) => (await answer).status;
    expect(await status(post(endPath))).toBe(403);
    expect(await status(post(endPath, { [signature]: 'bm90IGEgc2lnbmF0dXJl', [`${signature}-nonce`]: '12345' }))).toBe(403);
    expect(await status(fetch(endPath))).toBe(403);
    expect(await status(post(endPath.replace(/[^/]+$/, 'att_00000000000000000000000000000000.00000000000000000000000000000000')))).toBe(
      403,
    );
    expect(await status(post(`${endPath}x`))).toBe(403);
    expect(await status(post(endPath.replace('/carrier/', '/carriers/')))).toBe(404);
    expect(await status(post(`${rig.bridge.ingress.url}/api/calls.list`))).toBe(404);
    const call = await rig.over(dialled.id);
    expect(call).toMatchObject(asUsual);
    expect(call.talkMs).toBeGreaterThan(2_500);
  });
});
