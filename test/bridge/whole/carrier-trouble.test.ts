import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CampaignId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { RestFault } from '#bridge/rehearsal/carriers/faults.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, until, voiceHeardBy } from '#test/support/bridge-rig.ts';

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
const create = (carrier: CarrierName, to: string, act: RestFault['act'], carriedOut = false) =>
  rig.sim(carrier).fault({ on: 'rest', request: 'create', act, carriedOut, to });
const leadsOf = async (campaignId: CampaignId) => {
  const leads = await rig.invoke('leads.list', { campaignId });
  return Object.fromEntries(leads.map(({ phone, state, attempts, disposition }) => [phone, { state, attempts, disposition }]));
};

describe.concurrent.each(['twilio', 'plivo'] as const)('a create request to dial that %s', (carrier) => {
  it.for([
    [{ status: 400, code: carrier === 'twilio' ? 21211 : 0, message: 'the number is not valid' }, /did not place the call/],
    [{ status: 401 }, /credentials/],
    [{ status: 429 }, /asks for fewer requests/],
  ] as const)('refuses with %o ends the attempt, says why, and rings nobody', async ([act, reason]) => {
    const to = number();
    create(carrier, to, act);
    const call = await rig.dial(to, carrier);
    expect(call).toMatchObject({
      state: 'ended',
      disposition: expect.stringMatching(/^(failed|invalid-number)$/),
      answeredAt: null,
      talkMs: 0,
    });
    expect(call.endedReason).toMatch(reason);
    expect(call.hops.map(({ name }) => name)).toEqual(['dialled', 'ended']);
    expect(rig.ringsAt(to)).toEqual([]);
  });

  it.for([
    [{ status: 500 }, true],
    [{ status: 503 }, true],
    ['reset', true],
    ['no-answer', true],
  ] as const)('answers with %o although it was carried out is one call, heard and counted once', async ([act, carriedOut]) => {
    const to = number();
    create(carrier, to, act, carriedOut);
    const { id } = await rig.dial(to, carrier);
    const call = await rig.over(id);
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', answeredAt: expect.any(String) });
    expect(voiceHeardBy(rig.ringsAt(to)[0]).length).toBeGreaterThan(0);
    expect(rig.ringsAt(to)).toHaveLength(1);
  });

  it.for([[{ status: 500 }], ['reset'], ['no-answer']] as const)(
    'loses with %o stays unknown, is not ended and not dialled again',
    async ([act]) => {
      const to = number();
      create(carrier, to, act);
      const call = await rig.dial(to, carrier);
      expect(call).toMatchObject({ state: 'dialling', outcome: null, endedAt: null });
      const again = await rig.ask('calls.dial', {
        to,
        carrier,
        world: 'real',
        compliance: 'off',
        from: '+12025550100',
        agentId: call.agentId,
      });
      expect(again).toMatchObject({ status: 422, error: { code: 'gate/refused' } });
      expect(['unknown-outcome', 'already-dialling']).toContain((again.error.details as { refusal: string }).refusal);
      expect(rig.ringsAt(to)).toEqual([]);
    },
  );

  it('fails for some leads of a campaign costs no lead a second call', async () => {
    const healthy = [number(), number(), number(), number()];
    const [placed, slow] = [number(), number()];
    create(carrier, placed, { status: 500 }, true);
    create(carrier, slow, { status: 429 });
    const id = await rig.campaign(carrier, [placed, slow, ...healthy], {
      retry: { congestion: { delaysMinutes: [0], maxAttempts: 5 }, 'hung-up-early': { delaysMinutes: [], maxAttempts: 1 } },
    });
    await rig.invoke('campaigns.start', { id });
    await until('the end of the campaign', async () => (await rig.invoke('campaigns.get', { id })).state === 'completed', 40_000);
    const leads = await leadsOf(id);
    for (const to of [...healthy, placed, slow]) {
      expect(rig.ringsAt(to), to).toHaveLength(1);
      expect(leads[to], to).toMatchObject({ state: 'done', attempts: 1 });
    }
    // The request that was refused made no phone ring; it is told all the same.
    const calls = await rig.invoke('calls.list', { campaignId: id });
    expect(calls.map(({ outcome }) => outcome).sort()).toEqual([...Array(6).fill('completed'), 'congestion']);
  });

  it('refuses for wrong credentials stops the campaign before the next lead, and says so', async () => {
    const [first, second] = [number(), number()];
    create(carrier, first, { status: 401 });
    create(carrier, second, { status: 401 });
    const id = await rig.campaign(carrier, [first, second], { lines: 1 });
    await rig.invoke('campaigns.start', { id });
    const paused = await until('the pause', async () => {
      const campaign = await rig.invoke('campaigns.get', { id });
      return campaign.state === 'paused' ? campaign : null;
    });
    expect(paused.stateReason).toMatch(/does not accept the credentials/);
    expect(await leadsOf(id)).toMatchObject({ [second]: { state: 'ready', attempts: 0 } });
    await until('the alert', () => rig.feed.some(({ type, message }) => type === 'alert' && String(message).includes('credentials')));
    expect([...rig.ringsAt(first), ...rig.ringsAt(second)]).toEqual([]);
  });
});
