import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { campaignHealth, campaignPreview, campaign as campaignSchema } from '#bridge/contract/campaigns.ts';
import type { AgentId, CampaignId } from '#bridge/contract/ids.ts';
import { lead as leadSchema } from '#bridge/contract/leads.ts';
import { newYorker, openCampaignDesk } from '#test/support/campaign-desk.ts';
import { addAgent, newLead } from '#test/support/store.ts';

const MINUTE = 60_000;
const many = (count: number) => Array.from({ length: count }, (_, index) => newYorker(index));
const code = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'done';
};

describe('the states of a campaign', () => {
  it('go from draft over running and paused to completed or stopped, and each forbidden step says what to do', async () => {
    await using desk = await openCampaignDesk();
    const { campaigns } = desk;
    const id = desk.campaign({}, many(2)).id;
    const steps = { start: () => campaigns.start(id), pause: () => campaigns.pause(id, null), resume: () => campaigns.resume(id) };
    const allowed = () =>
      Object.entries(steps)
        .filter(([, step]) => code(step) === 'done')
        .map(([name]) => name);
    const refused = (names: (keyof typeof steps)[]) => names.map((name) => code(steps[name]));
    expect(refused(['pause', 'resume'])).toEqual(['state/conflict', 'state/conflict']);
    await expect(campaigns.stop(id)).rejects.toMatchObject({ code: 'state/conflict' });
    expect(campaigns.start(id)).toMatchObject({ state: 'running', startedAt: expect.any(String) });
    expect(refused(['start', 'resume'])).toEqual(['state/conflict', 'state/conflict']);
    campaigns.pause(id, 'lunch');
    expect(refused(['start', 'pause'])).toEqual(['state/conflict', 'state/conflict']);
    expect(campaigns.resume(id)).toMatchObject({ state: 'running', stateReason: null });
    await campaigns.stop(id);
    expect(allowed()).toEqual([]);
    await expect(campaigns.stop(id)).rejects.toThrow(/stopped/);
  });

  it('tell everybody who watches', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, many(1));
    desk.campaigns.start(id);
    desk.campaigns.pause(id, 'lunch');
    const told = desk.events.filter((event) => event.type === 'campaign.changed').map((event) => event.campaign.state);
    expect(told).toEqual(['running', 'paused']);
    expect(desk.events.some((event) => event.type === 'campaign.health')).toBe(true);
  });

  it('can leave completed again when there is somebody new to dial', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, many(1));
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.dialer.endAll();
    await desk.pass(500);
    expect(desk.campaigns.get(id).state).toBe('completed');
    expect(code(() => desk.campaigns.resume(id))).toBe('state/conflict');
    desk.store.leads.addMany(id, [newLead(newYorker(9))]);
    expect(desk.campaigns.resume(id).state).toBe('running');
  });

  it('complete a campaign that was paused during its last call', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, many(1));
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.campaigns.pause(id, null);
    desk.dialer.endAll();
    desk.campaigns.resume(id);
    await desk.pass(500);
    expect(desk.campaigns.get(id).state).toBe('completed');
  });
});

describe('starting a campaign', () => {
  it('needs leads', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign();
    expect(() => desk.campaigns.start(id)).toThrow(/no leads/);
    expect(code(() => desk.campaigns.start(id))).toBe('state/conflict');
  });

  it('needs the credentials of its world, and names what is missing', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, many(1));
    desk.dialer.missing = 'Set TWILIO_ACCOUNT_SID first.';
    expect(code(() => desk.campaigns.start(id))).toBe('settings/missing');
    expect(() => desk.campaigns.start(id)).toThrow('Set TWILIO_ACCOUNT_SID first.');
    expect(desk.campaigns.get(id).state).toBe('draft');
  });

  it('needs the campaign to exist, as everything does', async () => {
    await using desk = await openCampaignDesk();
    const { campaigns } = desk;
    const id = 'campaign_nowhere' as CampaignId;
    expect([code(() => campaigns.start(id)), code(() => campaigns.get(id)), code(() => campaigns.health(id))]).toEqual(
      Array(3).fill('not-found'),
    );
    await expect(campaigns.importLeads({ campaignId: id, csv: 'phone\n', defaultRegion: 'US', dryRun: false })).rejects.toMatchObject({
      code: 'not-found',
    });
    const draft = { ...desk.campaign(), agentId: 'agent_nowhere' as AgentId };
    expect(code(() => campaigns.create(draft))).toBe('not-found');
  });
});

describe('changing a campaign', () => {
  it('is free in a draft and in a pause; a running one takes name, lines, pace and budget', async () => {
    await using desk = await openCampaignDesk();
    const { campaigns } = desk;
    const { id } = desk.campaign({}, many(2));
    expect(campaigns.update({ id, ringSeconds: 30, name: 'Roofs 2' })).toMatchObject({ ringSeconds: 30, name: 'Roofs 2' });
    campaigns.start(id);
    expect(campaigns.update({ id, name: 'Roofs 3', lines: 7, callsPerSecond: 0.5, budgetMicros: 1 })).toMatchObject({
      lines: 7,
      budgetMicros: 1,
    });
    expect(campaigns.update({ id, budgetMicros: null })).not.toHaveProperty('budgetMicros');
    expect(() => campaigns.update({ id, ringSeconds: 20, lines: 1 })).toThrow(
      /ringSeconds cannot be changed while the campaign is running. Pause/,
    );
    expect(campaigns.get(id).lines).toBe(7);
    campaigns.pause(id, null);
    expect(campaigns.update({ id, agentId: addAgent(desk.store).id, ringSeconds: 20 })).toMatchObject({ ringSeconds: 20 });
  });

  it('never moves it to the other world once anything was dialled', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, many(2));
    desk.campaigns.update({ id, world: 'rehearsal' });
    desk.campaigns.update({ id, world: 'real' });
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.campaigns.pause(id, null);
    expect(code(() => desk.campaigns.update({ id, world: 'rehearsal' }))).toBe('state/conflict');
    expect(desk.campaigns.update({ id, world: 'real' }).world).toBe('real');
  });

  it('of its lines takes effect at once', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({ lines: 1 }, many(4));
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.campaigns.update({ id, lines: 3 });
    await desk.pass(500);
    expect(desk.dialer.orders).toHaveLength(3);
  });
});

describe('a preview', () => {
  it('tells who will be dialled, who not and why, and what it will take', async () => {
    await using desk = await openCampaignDesk();
    const leads = [
      newLead(newYorker(0)),
      newLead(newYorker(1), { timeZones: ['Pacific/Honolulu'] }),
      newLead(newYorker(2), { consent: null }),
      newLead(newYorker(3), { timeZones: [], consent: null }),
      newLead(newYorker(4)),
      newLead('+442079460958', { country: 'GB', timeZones: ['Europe/London'] }),
    ];
    const { id } = desk.campaign({}, leads);
    desk.store.suppressions.add([newYorker(4)], 'real', 'registry', null);
    desk.dialer.missing = 'nothing is set up';
    const told = await desk.campaigns.preview(id);
    expect(campaignPreview.parse(told)).toEqual(told);
    expect(told).toMatchObject({ leads: 6, willDial: 2 });
    expect(told.refusals).toEqual([
      { name: 'no-consent', count: 2 },
      { name: 'country-not-allowed', count: 1 },
      { name: 'outside-campaign-hours', count: 1 },
      { name: 'outside-hours', count: 1 },
      { name: 'suppressed', count: 1 },
      { name: 'zone-unknown', count: 1 },
    ]);
    expect(told.forecast).toMatchObject({ attempts: 8, maxCallCostMicros: 500_000 });
    expect(told.forecast.costMicros).toBeGreaterThan(0);
    expect(desk.store.campaigns.totals(id).refusals).toEqual([]);
  });

  it('shows a budget that does not carry one call', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({ budgetMicros: 499_999 }, many(3));
    expect(await desk.campaigns.preview(id)).toMatchObject({ willDial: 0, refusals: [{ name: 'budget', count: 3 }] });
  });
});

describe('the leads of a campaign', () => {
  it('come in pages, each with what stands in its way and when that clears', async () => {
    await using desk = await openCampaignDesk();
    const leads = [
      newLead(newYorker(0)),
      newLead(newYorker(1), { timeZones: ['Pacific/Honolulu'] }),
      newLead(newYorker(2), { consent: null }),
    ];
    const { id: campaignId } = desk.campaign({}, leads);
    const all = await desk.campaigns.leads({ campaignId, limit: 100 });
    expect(all.map((lead) => leadSchema.parse(lead))).toEqual(all);
    expect(all.map((lead) => lead.blocker?.name)).toEqual(Array(3).fill('campaign-not-running'));
    const page = await desk.campaigns.leads({ campaignId, limit: 2 });
    const behind = await desk.campaigns.leads({ campaignId, limit: 2, cursor: page[1]?.id ?? '' });
    expect(behind.map((lead) => lead.phone)).toEqual([newYorker(2)]);
    const found = await desk.campaigns.leads({ campaignId, limit: 2, search: newYorker(1).slice(-7) });
    expect(found.map((lead) => [lead.phone, lead.blocker?.name])).toEqual([[newYorker(1), 'campaign-not-running']]);
    desk.campaigns.start(campaignId);
    await desk.pass(500);
    const later = await desk.campaigns.leads({ campaignId, limit: 100 });
    expect(later.map((lead) => [lead.state, lead.blocker?.name ?? null, lead.blocker?.clearsAt])).toEqual([
      ['dialling', null, undefined],
      ['waiting', 'outside-hours', '2026-11-24T18:00:00.000Z'],
      ['waiting', 'no-consent', null],
    ]);
    expect(await desk.campaigns.leads({ campaignId, state: 'dialling', limit: 100 })).toHaveLength(1);
  });

  it('that wait for a retry say until when', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign({}, many(1));
    desk.campaigns.start(campaignId);
    await desk.pass(500);
    desk.dialer.end(newYorker(0), 'busy', { disposition: 'busy' });
    expect((await desk.campaigns.leads({ campaignId, limit: 1 }))[0]).toMatchObject({
      state: 'waiting',
      stateReason: 'busy',
      attempts: 1,
      lastOutcome: 'busy',
      blocker: { name: 'minimum-gap', clearsAt: '2026-11-24T17:15:00.500Z' },
    });
  });
});

describe('the health of a campaign', () => {
  it('is what the contract says in every state', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({ lines: 1, budgetMicros: 9_000_000 }, many(3));
    const first = () => {
      const health = desk.campaigns.health(id);
      expect(campaignHealth.parse(health)).toEqual(health);
      expect(campaignSchema.parse(desk.campaigns.get(id))).toEqual(desk.campaigns.get(id));
      return health.reasons[0]?.name;
    };
    expect(first()).toBe('draft');
    desk.campaigns.start(id);
    expect(first()).toBe('starting');
    await desk.pass(500);
    expect(first()).toBe('no-line');
    expect(desk.campaigns.health(id)).toMatchObject({ leads: { dialling: 1, ready: 2 }, reservedMicros: 500_000, budgetMicros: 9_000_000 });
    desk.campaigns.pause(id, null);
    expect(first()).toBe('paused');
    await desk.campaigns.stop(id);
    expect(first()).toBe('stopped');
  });

  it('is sent to who watches, at most a few times a second', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({ lines: 20, callsPerSecond: 50 }, many(20));
    desk.campaigns.start(id);
    desk.events.length = 0;
    await desk.pass(1_000, 10);
    const sent = desk.events.filter((event) => event.type === 'campaign.health').length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(5);
  });
});

describe('an export', () => {
  it('holds every lead with what became of it, its world, and no formula', async () => {
    await using desk = await openCampaignDesk();
    const fields = { firstName: '=HYPERLINK("http://x")', notes: '@SUM(A1)', 'plan b': '-1+2', quote: 'a "b", c' };
    const { id } = desk.campaign({ name: 'Roofs / 2026' }, [
      newLead(newYorker(0), { fields }),
      newLead(newYorker(1), { fields: { firstName: 'Bo' } }),
    ]);
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.dialer.end(newYorker(0), 'completed', { disposition: 'sale', talkMs: 61_000, costMicros: 42 });
    const [call] = desk.store.attempts.list({ limit: 9 }).filter(({ to }) => to === newYorker(0));
    if (call) desk.store.review.setTags(call.id, ['=vip', 'roof']);
    const file = await desk.campaigns.export(id, 'csv');
    expect(file).toMatchObject({ fileName: 'Roofs-2026-real.csv', mediaType: 'text/csv', encoding: 'utf8' });
    expect(file.content.startsWith('\ufeffphone,country,world,')).toBe(true);
    const rows: Record<string, string>[] = parse(file.content, { bom: true, columns: true });
    expect(rows[0]).toMatchObject({
      phone: newYorker(0),
      world: 'real',
      state: 'done',
      disposition: 'sale',
      talkMs: '61000',
      costMicros: '42',
      calls: '1',
      tags: "'=vip; roof",
      points: '',
      compliance: 'enforced',
      firstName: `'=HYPERLINK("http://x")`,
      notes: "'@SUM(A1)",
      'plan b': "'-1+2",
      quote: 'a "b", c',
    });
    expect(rows[1]).toMatchObject({ firstName: 'Bo', notes: '', talkMs: '0' });
  });

  it('as JSON keeps every value as it is', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, [newLead(newYorker(0), { fields: { notes: '=1' } })]);
    const file = await desk.campaigns.export(id, 'json');
    expect(JSON.parse(file.content)).toMatchObject({
      campaign: { id },
      leads: [{ phone: newYorker(0), world: 'real', fields: { notes: '=1' } }],
    });
  });

  it('of nobody is a header', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign();
    expect((await desk.campaigns.export(id, 'csv')).content.split('\r\n')).toHaveLength(2);
  });

  it('of a large campaign lets everybody else have their turn', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign(
      {},
      Array.from({ length: 3_000 }, (_, index) => newLead(`+1213555${String(1_000 + index)}`)),
    );
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const file = await desk.campaigns.export(id, 'csv');
    clearInterval(ticking);
    expect(file.content.split('\r\n')).toHaveLength(3_002);
    expect(turns).toBeGreaterThan(2);
  });
});

describe('a wait', () => {
  it('of a campaign outlives the clock being set back', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, many(1));
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.dialer.end(newYorker(0), 'busy', { disposition: 'busy' });
    await desk.pass(16 * MINUTE, 30_000);
    expect(desk.dialer.orders).toHaveLength(2);
  });
});
