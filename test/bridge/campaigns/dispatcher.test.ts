import { describe, expect, it } from 'vitest';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { LeadState } from '#bridge/contract/words.ts';
import { type CampaignDesk, newYorker, openCampaignDesk } from '#test/support/campaign-desk.ts';
import { attemptDraft, ending, newLead } from '#test/support/store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const many = (count: number) => Array.from({ length: count }, (_, index) => newYorker(index));
const states = (desk: CampaignDesk, campaign: Campaign) => [...desk.store.leads.each(campaign.id)].map((lead) => lead.state);
const reasons = (desk: CampaignDesk, campaign: Campaign) => [...desk.store.leads.each(campaign.id)].map((lead) => lead.stateReason);
const stateOf = (desk: CampaignDesk, campaign: Campaign) => desk.campaigns.get(campaign.id).state;
const dialled = (desk: CampaignDesk) => desk.dialer.orders.map((order) => order.to);

describe('a running campaign', () => {
  it('dials its leads in order, keeps to its lines, and completes when all are done', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 2 }, many(5));
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    expect(dialled(desk)).toEqual(many(2));
    expect(desk.campaigns.health(campaign.id)).toMatchObject({
      dialling: true,
      reasons: [{ name: 'no-line' }],
      lines: { inUse: 2, limit: 2 },
    });
    while (desk.dialer.open().length > 0) {
      desk.dialer.end(desk.dialer.open()[0]?.to ?? '', 'completed');
      await desk.pass(500);
    }
    expect(dialled(desk)).toEqual(many(5));
    expect(desk.dialer.mostOpen).toBe(2);
    expect(stateOf(desk, campaign)).toBe('completed');
    expect(desk.campaigns.get(campaign.id).stateReason).toBeNull();
  });

  it('dials nobody while it is held, and goes on where it was when it is let go', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 2 }, many(4));
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    desk.campaigns.hold();
    desk.dialer.end(desk.dialer.open()[0]?.to ?? '', 'completed');
    await desk.pass(10_000);
    expect(dialled(desk)).toEqual(many(2));
    expect(stateOf(desk, campaign)).toBe('running');
    desk.campaigns.run();
    await desk.pass(2_000);
    expect(dialled(desk)).toEqual(many(3));
    expect(desk.dialer.mostOpen).toBe(2);
  });

  it('starts no two calls closer together than its calls per second, and a tenth below', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 50, callsPerSecond: 2 }, many(20));
    desk.campaigns.start(campaign.id);
    await desk.pass(5_000, 10);
    const gaps = desk.dialer.placedAtMs.slice(1).map((at, index) => at - (desk.dialer.placedAtMs[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(540);
    expect(desk.dialer.orders.length).toBeGreaterThanOrEqual(8);
    expect(desk.dialer.orders.length).toBeLessThanOrEqual(10);
  });

  it('shares the pace of a carrier with the other campaigns that dial there, and neither starves', async () => {
    await using desk = await openCampaignDesk();
    const one = desk.campaign({ lines: 50, callsPerSecond: 1 }, many(20));
    const two = desk.campaign(
      { lines: 50, callsPerSecond: 1 },
      Array.from({ length: 20 }, (_, index) => newYorker(50 + index)),
    );
    const other = desk.campaign({ lines: 50, callsPerSecond: 1, carrier: 'plivo' }, ['+13125550100', '+13125550101', '+13125550102']);
    for (const campaign of [one, two, other]) desk.campaigns.start(campaign.id);
    await desk.pass(10_000, 50);
    const count = (campaign: Campaign) => desk.dialer.orders.filter((order) => order.campaignId === campaign.id).length;
    expect(count(one) + count(two)).toBeLessThanOrEqual(10);
    expect(Math.abs(count(one) - count(two))).toBeLessThanOrEqual(1);
    expect(count(other)).toBe(3);
  });

  it('does not wait for one answer of the carrier before it places the next call', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 3 }, many(3));
    let open = () => {};
    const gate = new Promise<void>((resume) => {
      open = resume;
    });
    let asked = 0;
    desk.dialer.ready = () => {
      asked += 1;
      return gate;
    };
    desk.campaigns.start(campaign.id);
    await desk.pass(2_000);
    expect(asked).toBe(3);
    open();
    await desk.pass(1_000);
    expect(dialled(desk)).toEqual(many(3));
  });

  it('gives a retry its time, and dials again when it has come', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({}, many(1));
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    desk.dialer.end(newYorker(0), 'busy', { disposition: 'busy' });
    await desk.pass(14 * MINUTE, MINUTE);
    expect(dialled(desk)).toHaveLength(1);
    expect(desk.campaigns.health(campaign.id)).toMatchObject({
      dialling: false,
      reasons: [{ name: 'waiting-for-next', clearsAt: '2026-11-24T17:15:00.500Z' }, { name: 'leads-waiting' }],
    });
    await desk.pass(2 * MINUTE, 10_000);
    expect(dialled(desk)).toHaveLength(2);
    desk.dialer.end(newYorker(0), 'completed');
    await desk.pass(500);
    expect(stateOf(desk, campaign)).toBe('completed');
  });

  it("uses the campaign's own wait, however short, and stops at its limit", async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ retry: { 'no-answer': { delaysMinutes: [0], maxAttempts: 2 } } }, many(1));
    desk.campaigns.start(campaign.id);
    for (let round = 0; round < 3; round += 1) {
      await desk.pass(500);
      if (desk.dialer.open().length > 0) desk.dialer.end(newYorker(0), 'no-answer');
    }
    await desk.pass(500);
    expect(dialled(desk)).toHaveLength(2);
    expect(stateOf(desk, campaign)).toBe('completed');
  });

  it("fills the lead's columns in, names it, and shows it the same one of the caller numbers every time", async () => {
    await using desk = await openCampaignDesk();
    const fromNumbers = ['+12125550190', '+12125550191', '+12125550192'];
    const leads = many(30).map((phone) => newLead(phone, { fields: { firstName: 'Ana', lastName: 'Ng', company: 'ACME' } }));
    const retry = { 'no-answer': { delaysMinutes: [0], maxAttempts: 2 } };
    const campaign = desk.campaign({ fromNumbers, lines: 60, retry }, leads, { greeting: 'Hi {{firstName}}' });
    desk.campaigns.start(campaign.id);
    await desk.pass(5_000);
    desk.dialer.endAll('no-answer');
    await desk.pass(5_000);
    const from = new Map<string, Set<string>>();
    for (const order of desk.dialer.orders) from.set(order.to, (from.get(order.to) ?? new Set()).add(order.from));
    expect(desk.dialer.orders).toHaveLength(60);
    expect([...from.values()].every((numbers) => numbers.size === 1)).toBe(true);
    expect(new Set(desk.dialer.orders.map((order) => order.from))).toEqual(new Set(fromNumbers));
    expect(desk.dialer.orders[0]).toMatchObject({
      leadName: 'Ana Ng',
      variables: { firstName: 'Ana', company: 'ACME', phone: newYorker(0) },
    });
  });
});

describe('leads that the gate refuses', () => {
  it('are put off until their hours open, and then dialled', async () => {
    await using desk = await openCampaignDesk('2026-11-24T13:30:00.000Z');
    const west = newLead(newYorker(1), { timeZones: ['America/Los_Angeles'] });
    const campaign = desk.campaign({}, [newLead(newYorker(0)), west]);
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    expect(reasons(desk, campaign)).toEqual(['outside-campaign-hours', 'outside-hours']);
    expect(desk.campaigns.health(campaign.id).refusals).toEqual([
      { name: 'outside-campaign-hours', count: 1 },
      { name: 'outside-hours', count: 1 },
    ]);
    await desk.pass(31 * MINUTE, MINUTE);
    expect(dialled(desk)).toEqual([newYorker(0)]);
    await desk.pass(2 * HOUR, 5 * MINUTE);
    expect(reasons(desk, campaign)[1]).toBe('outside-campaign-hours');
    await desk.pass(HOUR, MINUTE);
    expect(dialled(desk)).toEqual([newYorker(0), newYorker(1)]);
  });

  it('are counted once by each name, and what a person has to clear is said at the end', async () => {
    await using desk = await openCampaignDesk();
    const leads = [
      newLead(newYorker(0), { consent: null }),
      newLead(newYorker(1), { timeZones: [] }),
      newLead('+442079460958', { country: 'GB', timeZones: ['Europe/London'] }),
      newLead(newYorker(3), { fields: {} }),
      newLead(newYorker(4)),
      newLead(newYorker(5)),
      newLead('+15555550100'),
    ];
    const campaign = desk.campaign({}, leads, { greeting: 'Hi {{firstName}}' });
    desk.store.suppressions.add([newYorker(4)], 'rehearsal', 'opt-out', null);
    desk.store.suppressions.add([newYorker(5)], 'real', 'opt-out', null);
    for (const lead of desk.store.leads.each(campaign.id))
      if (lead.phone === newYorker(5)) desk.store.leads.setState(lead.id, 'ready', null, null);
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    expect(dialled(desk)).toEqual([newYorker(4)]);
    const expected: [LeadState, string | null][] = [
      ['waiting', 'no-consent'],
      ['waiting', 'zone-unknown'],
      ['waiting', 'country-not-allowed'],
      ['waiting', 'missing-variables'],
      ['dialling', null],
      ['suppressed', 'suppressed'],
      ['done', 'invalid-number'],
    ];
    expect([...desk.store.leads.each(campaign.id)].map((lead) => [lead.state, lead.stateReason])).toEqual(expected);
    expect(desk.campaigns.health(campaign.id).refusals.map((refusal) => [refusal.name, refusal.count])).toEqual(
      ['country-not-allowed', 'invalid-number', 'missing-variables', 'no-consent', 'suppressed', 'zone-unknown'].map((name) => [name, 1]),
    );
    desk.dialer.endAll();
    await desk.pass(1_000);
    expect(desk.campaigns.get(campaign.id)).toMatchObject({
      state: 'completed',
      stateReason: expect.stringMatching(/4 not dialled.*1 on the do-not-call/),
    });
  });

  it('are looked at again after a pause in which a person cleared the way', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({}, [newLead(newYorker(0), { consent: null }), newLead(newYorker(1))]);
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    expect(dialled(desk)).toEqual([newYorker(1)]);
    desk.campaigns.pause(campaign.id, 'consent is on paper');
    desk.campaigns.update({ id: campaign.id, compliance: { hours: 'enforce', consent: 'off' } });
    desk.campaigns.resume(campaign.id);
    await desk.pass(500);
    expect(dialled(desk)).toEqual([newYorker(1), newYorker(0)]);
    expect(desk.dialer.orders[1]?.compliance).toEqual({ hours: 'enforce', consent: 'off' });
  });

  it('wait while their number is in a call of another campaign', async () => {
    await using desk = await openCampaignDesk();
    const one = desk.campaign({ world: 'rehearsal' }, many(1));
    const two = desk.campaign({ world: 'rehearsal' }, many(1));
    desk.campaigns.start(one.id);
    await desk.pass(500);
    desk.campaigns.start(two.id);
    await desk.pass(5_000);
    expect(reasons(desk, two)).toEqual(['already-dialling']);
    desk.dialer.endAll();
    await desk.pass(20_000, 1_000);
    expect(desk.dialer.orders.map((order) => order.campaignId)).toEqual([one.id, two.id]);
  });

  it('by the thousand do not keep the first that may be dialled waiting', async () => {
    await using desk = await openCampaignDesk();
    const closed = Array.from({ length: 300 }, (_, index) =>
      newLead(`+1212556${String(1_000 + index)}`, { timeZones: ['Pacific/Honolulu'] }),
    );
    const campaign = desk.campaign({}, [...closed, newLead(newYorker(0))]);
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000, 10);
    expect(dialled(desk)).toEqual([newYorker(0)]);
  });
});

describe('what a day may cost', () => {
  const anyTime = { compliance: { hours: 'off', consent: 'off' } } as const;

  it('holds for all campaigns together, and nobody else is dialled until the next day or more is allowed', async () => {
    await using desk = await openCampaignDesk();
    // One call reserves 500,000.
    desk.dialer.dayBudgetMicros = 1_100_000;
    const one = desk.campaign({ ...anyTime, lines: 1 }, many(3));
    const two = desk.campaign({ ...anyTime, lines: 5 }, many(9).slice(3));
    for (const { id } of [one, two]) desk.campaigns.start(id);
    await desk.pass(5_000);
    expect(desk.dialer.orders).toHaveLength(2);
    const midnight = new Date(new Date(desk.clock.nowMs()).setHours(24, 0, 0, 0)).toISOString();
    const waits = { name: 'budget-per-day', message: expect.stringContaining('settings'), clearsAt: midnight };
    expect(desk.campaigns.health(two.id)).toMatchObject({ state: 'running', reasons: [waits] });
    const [ready] = await desk.campaigns.leads({ campaignId: two.id, state: 'ready', limit: 1 });
    expect(ready?.blocker).toEqual(waits);
    const told = () => desk.events.flatMap((event) => (event.type === 'alert' ? [event.message] : []));
    const [first, second] = desk.dialer.open();
    desk.dialer.end(first?.to ?? '', 'completed', { costMicros: 600_000 });
    await desk.pass(5_000);
    // What the other call holds back may come free.
    expect(told()).toEqual([]);
    desk.dialer.end(second?.to ?? '', 'completed', { costMicros: 600_000 });
    await desk.pass(120_000, 1_000);
    expect(desk.dialer.orders).toHaveLength(2);
    expect(told()).toEqual(Array(2).fill(expect.stringMatching(/^The campaign ".*" waits until tomorrow: Today's budget does not carry/)));

    desk.dialer.dayBudgetMicros = 1_700_000;
    desk.campaigns.wake();
    await desk.pass(1_000);
    expect(desk.dialer.orders).toHaveLength(3);
    desk.dialer.endAll();
    desk.dialer.dayBudgetMicros = 1_100_000;
    await desk.pass(Date.parse(midnight) - desk.clock.nowMs() + 61_000, 60_000);
    expect(desk.dialer.orders).toHaveLength(5);
    expect([stateOf(desk, one), stateOf(desk, two)]).toEqual(['running', 'running']);
  });

  it('is asked again when the attempt is written: two campaigns that look at once do not both get the last of it', async () => {
    await using desk = await openCampaignDesk();
    desk.dialer.dayBudgetMicros = 500_000;
    const gates: (() => void)[] = [];
    desk.dialer.ready = () => new Promise((resume) => gates.push(resume));
    const campaigns = [desk.campaign(anyTime, many(1)), desk.campaign({ ...anyTime, carrier: 'plivo' }, many(2).slice(1))];
    for (const { id } of campaigns) desk.campaigns.start(id);
    await desk.pass(1_000);
    expect(gates).toHaveLength(2);
    for (const open of gates) open();
    await desk.pass(1_000);
    expect(desk.dialer.orders).toHaveLength(1);
  });

  it('is of no concern to a rehearsal', async () => {
    await using desk = await openCampaignDesk();
    desk.dialer.dayBudgetMicros = 1;
    desk.campaigns.start(desk.campaign({ world: 'rehearsal' }, many(1)).id);
    await desk.pass(1_000);
    expect(desk.dialer.orders).toHaveLength(1);
  });
});

describe('a campaign that needs somebody at the desk', () => {
  it('waits until somebody is on duty, and for the next call again when they have left', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ needsDesk: true, lines: 1 }, many(3));
    const other = desk.campaign({ lines: 1 }, many(4).slice(3));
    for (const { id } of [campaign, other]) desk.campaigns.start(id);
    await desk.pass(5_000);
    expect(dialled(desk)).toEqual([newYorker(3)]);
    const waits = { name: 'nobody-at-desk', message: expect.stringContaining('on duty'), clearsAt: null };
    expect(desk.campaigns.health(campaign.id)).toMatchObject({ state: 'running', reasons: [waits], leads: { ready: 3 } });
    expect((await desk.campaigns.leads({ campaignId: campaign.id, limit: 1 }))[0]?.blocker).toEqual(waits);
    expect(await desk.campaigns.preview(campaign.id)).toMatchObject({ willDial: 3, refusals: [] });
    desk.dialer.isSomeoneOnDuty = true;
    desk.campaigns.wake();
    await desk.pass(1_000);
    expect(dialled(desk)).toEqual([newYorker(3), newYorker(0)]);
    desk.dialer.isSomeoneOnDuty = false;
    desk.dialer.end(newYorker(0), 'completed');
    await desk.pass(120_000, 1_000);
    expect(desk.dialer.orders).toHaveLength(2);
    expect(stateOf(desk, campaign)).toBe('running');
  });
});

describe('a campaign pauses itself, with the reason', () => {
  const pausedFor = (desk: CampaignDesk, campaign: Campaign) => {
    const { state, stateReason } = desk.campaigns.get(campaign.id);
    return state === 'paused' ? stateReason : state;
  };

  it('not for calls that were placed and answered although nobody knew so at first', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 6, callsPerSecond: 1 }, many(8));
    // Four requests are answered with an error although their calls are placed.
    desk.dialer.answer = (order) => (many(4).includes(order.to) ? 'unknown' : null);
    desk.campaigns.start(campaign.id);
    await desk.pass(5_000);
    for (const to of many(4)) desk.dialer.end(to, 'completed');
    await desk.pass(5_000);
    for (const to of [newYorker(4), newYorker(5)]) desk.dialer.end(to, 'carrier-error');
    await desk.pass(1_000);
    expect(stateOf(desk, campaign)).toBe('running');
    for (const to of [newYorker(6), newYorker(7)]) desk.dialer.end(to, 'completed');
  });

  it('when more than half of the last calls failed', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(20));
    desk.dialer.answer = () => ({ failed: {} });
    desk.campaigns.start(campaign.id);
    await desk.pass(5_000);
    expect(desk.dialer.orders).toHaveLength(5);
    expect(pausedFor(desk, campaign)).toMatch(/5 of the last 5 calls failed/);
    expect(desk.campaigns.health(campaign.id).reasons[0]).toMatchObject({
      name: 'paused',
      message: expect.stringMatching(/^Paused: 5 of/),
    });
    expect(desk.events).toContainEqual(expect.objectContaining({ type: 'alert', level: 'warn' }));
  });

  it('but not when nobody answers, and not for old failures', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(40));
    let count = 0;
    desk.dialer.answer = () => (count++ < 4 ? { failed: {} } : null);
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    await desk.pass(3 * MINUTE, 5_000);
    for (let round = 0; round < 12; round += 1) {
      desk.dialer.endAll('no-answer');
      await desk.pass(500);
    }
    expect(pausedFor(desk, campaign)).toBe('running');
  });

  it('when the carrier says that no call can go through', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(3));
    desk.dialer.answer = () => ({ failed: { outcome: 'our-error', cause: 'The account is out of credit.', stopsCampaign: true } });
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    expect(desk.dialer.orders).toHaveLength(1);
    expect(pausedFor(desk, campaign)).toBe('The account is out of credit.');
  });

  it('when a call in progress shows that none can go through', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(3));
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    desk.dialer.end(newYorker(0), 'our-error', { stopsCampaign: 'The AI key is not accepted.' });
    await desk.pass(1_000);
    expect(desk.dialer.orders).toHaveLength(1);
    expect(pausedFor(desk, campaign)).toBe('The AI key is not accepted.');
  });

  it('when the budget cannot carry one more call, after the calls under way have ended', async () => {
    await using desk = await openCampaignDesk();
    // One call reserves 500,000: two fit at the same time, four if each turns out cheap, never more.
    const campaign = desk.campaign({ lines: 5, budgetMicros: 1_100_000 }, many(10));
    desk.campaigns.start(campaign.id);
    await desk.pass(2_000);
    expect(desk.dialer.orders).toHaveLength(2);
    expect(stateOf(desk, campaign)).toBe('running');
    expect(desk.campaigns.health(campaign.id).reasons[0]).toMatchObject({ name: 'budget' });
    for (let round = 0; round < 10; round += 1) {
      const [first] = desk.dialer.open();
      if (first) desk.dialer.end(first.to, 'completed', { costMicros: 200_000 });
      await desk.pass(1_000);
      const { spentMicros, reservedMicros } = desk.campaigns.health(campaign.id);
      expect(spentMicros + reservedMicros).toBeLessThanOrEqual(1_100_000);
    }
    expect(desk.dialer.orders).toHaveLength(4);
    expect(pausedFor(desk, campaign)).toMatch(/budget/);
    desk.campaigns.update({ id: campaign.id, budgetMicros: 5_000_000 });
    desk.campaigns.resume(campaign.id);
    await desk.pass(1_000);
    expect(desk.dialer.orders.length).toBeGreaterThan(4);
  });

  it('when a single call may cost more than a day may', async () => {
    await using desk = await openCampaignDesk();
    desk.dialer.dayBudgetMicros = 400_000;
    const campaign = desk.campaign({}, many(2));
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    expect(desk.dialer.orders).toHaveLength(0);
    expect(pausedFor(desk, campaign)).toMatch(/budget of a day/);
  });

  it('when its settings are gone, or the dialer breaks', async () => {
    await using desk = await openCampaignDesk();
    const one = desk.campaign({}, many(1));
    desk.dialer.answer = () => new Error('the socket is on fire');
    desk.campaigns.start(one.id);
    await desk.pass(500);
    expect(pausedFor(desk, one)).toBe('Dialling failed: the socket is on fire');
    const two = desk.campaign({}, many(1));
    desk.campaigns.start(two.id);
    desk.dialer.missing = 'Twilio needs TWILIO_AUTH_TOKEN.';
    await desk.pass(500);
    expect(pausedFor(desk, two)).toBe('Twilio needs TWILIO_AUTH_TOKEN.');
  });
});

describe('what the carrier answers', () => {
  it('slows the dialling down when it asks for that', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 9, callsPerSecond: 1 }, many(9));
    let count = 0;
    desk.dialer.answer = () => (count++ === 0 ? { failed: { outcome: 'congestion', retryAfterMs: 10_000 } } : null);
    desk.campaigns.start(campaign.id);
    await desk.pass(9_900);
    expect(desk.dialer.orders).toHaveLength(1);
    await desk.pass(7_000);
    const gaps = desk.dialer.placedAtMs.slice(2).map((at, index) => at - (desk.dialer.placedAtMs[index + 1] ?? 0));
    expect(desk.dialer.orders.length).toBeGreaterThan(2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_100);
  });

  it('is not believed for ever: a lead whose calls fail again and again is parked', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ world: 'rehearsal' }, many(1));
    desk.dialer.answer = () => ({ failed: {} });
    desk.campaigns.start(campaign.id);
    await desk.pass(30 * MINUTE, 10_000);
    expect(desk.dialer.orders).toHaveLength(4);
    expect(states(desk, campaign)).toEqual(['done']);
    expect(reasons(desk, campaign)[0]).toMatch(/parked/);
    expect([...desk.store.leads.each(campaign.id)][0]?.attempts).toBe(0);
  });

  it('being lost, holds the lead: it is not dialled again, and the others go on', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 2 }, many(2));
    desk.dialer.answer = (order) => (order.to === newYorker(0) ? 'unknown' : null);
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    desk.dialer.end(newYorker(1), 'completed');
    await desk.pass(10 * MINUTE, 30_000);
    expect(dialled(desk)).toEqual(many(2));
    expect(stateOf(desk, campaign)).toBe('running');
    desk.dialer.end(newYorker(0), 'unknown', { disposition: 'unknown' });
    await desk.pass(500);
    expect(states(desk, campaign)).toEqual(['unknown', 'done']);
    expect(desk.campaigns.get(campaign.id)).toMatchObject({
      state: 'completed',
      stateReason: expect.stringMatching(/1 may have been rung/),
    });
    expect(desk.campaigns.health(campaign.id).reasons.map((reason) => reason.name)).toContain('unknown-outcome');
  });

  it('may come after the call has ended', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(2));
    const place = desk.dialer.place.bind(desk.dialer);
    desk.dialer.place = async (order) => {
      const outcome = await place(order);
      desk.dialer.end(order.to, 'completed');
      return outcome;
    };
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    expect(dialled(desk)).toEqual(many(2));
    expect(stateOf(desk, campaign)).toBe('completed');
  });
});

describe('a person', () => {
  it('pauses: no new dial, calls go on; resumes: dialling goes on', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(3));
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    expect(desk.campaigns.pause(campaign.id, 'lunch')).toMatchObject({ state: 'paused', stateReason: 'lunch' });
    desk.dialer.end(newYorker(0), 'completed');
    await desk.pass(MINUTE, 1_000);
    expect(desk.dialer.orders).toHaveLength(1);
    expect(desk.dialer.cancelled).toEqual([]);
    expect(desk.clock.pending).toBe(0);
    desk.campaigns.resume(campaign.id);
    await desk.pass(500);
    expect(desk.dialer.orders).toHaveLength(2);
  });

  it('pauses while an order waits to be written: the gate refuses it', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({}, many(1));
    let open = () => {};
    desk.dialer.ready = () =>
      new Promise((resume) => {
        open = resume;
      });
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    desk.campaigns.pause(campaign.id, null);
    open();
    await desk.pass(500);
    expect(desk.dialer.orders).toHaveLength(0);
    expect(states(desk, campaign)).toEqual(['ready']);
  });

  it('stops: what rings is cancelled, who talks is not cut off', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 3 }, many(3));
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    const [talking, ...ringing] = desk.dialer.open();
    if (talking) desk.store.attempts.update(talking.id, { phase: 'answered', answeredAtMs: desk.clock.nowMs() });
    expect((await desk.campaigns.stop(campaign.id)).state).toBe('stopped');
    expect(desk.dialer.cancelled).toEqual(ringing.map((attempt) => attempt.id));
    await desk.pass(MINUTE, 1_000);
    expect(desk.dialer.orders).toHaveLength(3);
  });

  it('stops while the carrier still thinks about an order: that call is cancelled, too', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({}, many(1));
    const place = desk.dialer.place.bind(desk.dialer);
    let open = () => {};
    desk.dialer.place = async (order) => {
      const outcome = await place(order);
      await new Promise<void>((resume) => {
        open = resume;
      });
      return outcome;
    };
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    await desk.campaigns.stop(campaign.id);
    const before = desk.dialer.cancelled.length;
    open();
    await desk.pass(500);
    expect(desk.dialer.cancelled.length).toBe(before + 1);
  });

  it('imports more leads into a running campaign, which dials them at once', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 9 }, many(1));
    desk.campaigns.start(campaign.id);
    await desk.pass(500);
    await desk.campaigns.importLeads({
      campaignId: campaign.id,
      csv: 'phone,consent\n2125550107,yes\n',
      defaultRegion: 'US',
      dryRun: false,
    });
    await desk.pass(500);
    expect(dialled(desk)).toEqual([newYorker(0), newYorker(7)]);
  });
});

describe('after a restart', () => {
  it('running campaigns go on once the records of the carriers have been compared', async () => {
    await using desk = await openCampaignDesk();
    const running = desk.campaign({ lines: 1 }, many(3));
    const paused = desk.campaign({}, [newYorker(50)]);
    desk.campaigns.start(running.id);
    desk.campaigns.start(paused.id);
    desk.campaigns.pause(paused.id, null);
    await desk.pass(500);
    await desk.restart();
    desk.dialer.reconciling = true;
    await desk.pass(10_000, 1_000);
    expect(desk.dialer.orders).toEqual([]);
    expect(desk.campaigns.health(running.id).reasons[0]).toMatchObject({ name: 'reconciling' });
    desk.dialer.reconciling = false;
    await desk.pass(2_000);
    expect(desk.dialer.orders).toEqual([]);
    desk.dialer.end(newYorker(0), 'completed');
    await desk.pass(1_000);
    expect(dialled(desk)).toEqual([newYorker(1)]);
  });

  it('a lead that was being dialled goes on by what its last attempt came to', async () => {
    await using desk = await openCampaignDesk();
    const campaign = desk.campaign({}, many(3));
    const [ended, never, open] = [...desk.store.leads.each(campaign.id)];
    if (!ended || !never || !open) throw new Error('no leads');
    const attempt = attemptDraft({ lead: ended, campaign, createdAtMs: desk.clock.nowMs() });
    desk.store.attempts.intend(attempt, () => null);
    desk.store.attempts.end(attempt.id, ending({ outcome: 'busy', disposition: 'busy', endedAtMs: desk.clock.nowMs() }), null);
    desk.store.leads.setState(never.id, 'dialling', null, null);
    desk.store.attempts.intend(attemptDraft({ lead: open, campaign, createdAtMs: desk.clock.nowMs() }), () => null);
    desk.store.campaigns.setState(campaign.id, 'running', null);
    await desk.restart();
    await desk.pass(500);
    expect(dialled(desk)).toEqual([newYorker(1)]);
    expect([...desk.store.leads.each(campaign.id)].map((lead) => [lead.state, lead.stateReason])).toEqual([
      ['waiting', 'busy'],
      ['dialling', null],
      ['dialling', null],
    ]);
  });
});

describe('closing', () => {
  it('leaves no timer and no listener behind, and keeps the campaign running for the next start', async () => {
    const desk = await openCampaignDesk();
    const campaign = desk.campaign({ lines: 1 }, many(3));
    desk.campaigns.start(campaign.id);
    await desk.pass(1_000);
    await desk.campaigns.close();
    await desk.campaigns.close();
    expect([desk.clock.pending, desk.dialer.listeners]).toEqual([0, 0]);
    desk.dialer.endAll();
    await desk.pass(MINUTE, 5_000);
    expect(desk.dialer.orders).toHaveLength(1);
    expect(desk.campaigns.health(campaign.id)).toMatchObject({ state: 'running', dialling: false, reasons: [{ name: 'landing' }] });
    await desk[Symbol.asyncDispose]();
  });

  it('does not poll: a campaign that waits for hours wakes at most once a minute', async () => {
    await using desk = await openCampaignDesk('2026-11-25T05:00:00.000Z');
    const campaign = desk.campaign({}, many(1));
    desk.campaigns.start(campaign.id);
    await desk.pass(5_000);
    expect(desk.clock.pending).toBe(1);
    let looks = 0;
    const dialable = desk.store.leads.dialable.bind(desk.store.leads);
    Object.assign(desk.store.leads, {
      dialable: (...query: Parameters<typeof dialable>) => {
        looks += 1;
        return dialable(...query);
      },
    });
    await desk.pass(HOUR, 10_000);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(60);
  });
});
