import { describe, expect, it } from 'vitest';
import { startBlocker } from '#bridge/contract/campaigns.ts';
import { type CampaignDesk, newYorker, openCampaignDesk } from '../../support/campaign-desk.ts';
import { newLead } from '../../support/store.ts';

const some = (count: number, fields: Parameters<typeof newLead>[1] = {}) =>
  Array.from({ length: count }, (_, index) => newLead(newYorker(index), fields));

const check = async (desk: CampaignDesk, ...made: Parameters<CampaignDesk['campaign']>) => {
  const found = await desk.campaigns.check(desk.campaign(...made).id);
  expect(found.map((one) => startBlocker.parse(one))).toEqual(found);
  return found;
};

describe('what stands between a campaign and its start', () => {
  it('is nothing when somebody will be called, also when that is later', async () => {
    await using desk = await openCampaignDesk();
    expect(await check(desk, {}, some(3))).toEqual([]);
    expect(await check(desk, { window: { days: ['sun'], start: '09:00', end: '20:00' } }, some(1))).toEqual([]);
  });

  it('is an empty list', async () => {
    await using desk = await openCampaignDesk();
    expect(await check(desk)).toEqual([{ name: 'no-leads', message: 'It has no leads. Import a list.', step: 'people', blocks: true }]);
  });

  it('is what the world lacks, in the words of who knows', async () => {
    await using desk = await openCampaignDesk();
    desk.dialer.missing = 'Twilio is not set up.';
    expect(await check(desk, {}, some(1))).toEqual([
      { name: 'not-configured', message: 'Twilio is not set up.', step: 'setup', blocks: true },
    ]);
  });

  it('is a variable that no lead has; one that some lack is only told', async () => {
    await using desk = await openCampaignDesk();
    const agent = { greeting: 'Hello {{firstName}} of {{city}}, {{nickname | friend}}.' };
    const leads = [...some(3, { fields: { firstName: 'Ada', city: 'York' } }), newLead(newYorker(7), { fields: { firstName: 'Bo' } })];
    expect(await check(desk, {}, leads, agent)).toEqual([
      {
        name: 'missing-variables',
        message: '1 lead has no value for {{city}} and will not be called. Add it, or give a default: {{city | ...}}.',
        step: 'agent',
        blocks: false,
      },
    ]);
    expect(await check(desk, {}, some(2, { fields: { firstName: 'Ada' } }), agent)).toEqual([
      {
        name: 'missing-variables',
        message: 'No lead has a value for {{city}}. Correct the name, add the column, or give a default: {{city | ...}}.',
        step: 'agent',
        blocks: true,
      },
    ]);
  });

  it('is that nobody may be called, with the reasons counted', async () => {
    await using desk = await openCampaignDesk();
    desk.store.suppressions.add([newYorker(0)], 'real', 'opt-out', null);
    const leads = [newLead(newYorker(0)), ...some(4, { consent: null }).slice(1), newLead(newYorker(5), { timeZones: [] })];
    const found = await check(desk, {}, leads);
    expect(found).toEqual([
      {
        name: 'all-refused',
        message: 'Nobody would be called: 3 without a record of consent, 1 on the do-not-call list, 1 in an unknown time zone.',
        step: 'people',
        blocks: true,
      },
    ]);
  });

  it('is a country that is not allowed, settled among the limits', async () => {
    await using desk = await openCampaignDesk();
    expect(await check(desk, { countries: ['CA'] }, some(2))).toMatchObject([{ name: 'all-refused', step: 'schedule' }]);
  });

  it('is a window that never meets the law, and a budget below one call, each told once', async () => {
    await using desk = await openCampaignDesk();
    const night = { window: { days: ['mon' as const], start: '01:00', end: '03:00' }, budgetMicros: 10_000 };
    const found = await check(desk, night, some(2));
    expect(found.map(({ name, step }) => [name, step])).toEqual([
      ['outside-campaign-hours', 'schedule'],
      ['budget', 'schedule'],
      ['all-refused', 'schedule'],
    ]);
    expect(found[1]?.message).toBe('$0.01 of the budget is left, and one call may cost $0.50. Raise the budget, or let calls be shorter.');
  });

  it('is a day that may cost less than one call; a day that is used up is only told', async () => {
    await using desk = await openCampaignDesk();
    desk.dialer.dayBudgetMicros = 499_999;
    expect(await check(desk, {}, some(2))).toMatchObject([{ name: 'budget-per-day', blocks: true }]);
    desk.dialer.dayBudgetMicros = 900_000;
    const { id } = desk.campaign({ lines: 1 }, [newYorker(7)]);
    desk.campaigns.start(id);
    await desk.pass(1_000);
    const [told, ...more] = await check(desk, {}, some(2));
    expect(more).toEqual([]);
    expect(told).toMatchObject({ name: 'budget-per-day', blocks: false });
    expect(told?.message).toBe(
      '$0.50 of $0.90 that today may cost is spent or held for calls under way. Nobody is called until there is room, or until tomorrow.',
    );
  });

  it('is the state that it is in', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, some(1));
    desk.campaigns.start(id);
    expect(await desk.campaigns.check(id)).toMatchObject([{ name: 'state', message: 'It is running already.' }]);
    await desk.campaigns.stop(id);
    expect(await desk.campaigns.check(id)).toMatchObject([{ name: 'state', message: expect.stringContaining('Duplicate') }]);
  });

  it('agrees with what the start says', async () => {
    await using desk = await openCampaignDesk();
    for (const leads of [[], some(2), some(2, { consent: null })]) {
      const { id } = desk.campaign({}, leads);
      const blocked = (await desk.campaigns.check(id)).some(({ blocks }) => blocks);
      if (!blocked) expect(desk.campaigns.start(id).state).toBe('running');
      else if (leads.length === 0) expect(() => desk.campaigns.start(id)).toThrow(expect.objectContaining({ code: 'state/conflict' }));
    }
  });
});
