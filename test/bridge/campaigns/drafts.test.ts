import { describe, expect, it } from 'vitest';
import { copyName } from '#bridge/campaigns/drafts.ts';
import { newYorker, openCampaignDesk } from '../../support/campaign-desk.ts';
import { newLead } from '../../support/store.ts';

describe('a copy of a campaign', () => {
  it('is a draft with the same settings and no leads, under a name of its own', async () => {
    await using desk = await openCampaignDesk();
    const made = desk.campaign({ name: 'Roofs', budgetMicros: 5_000_000, lines: 7 }, [newYorker(1)]);
    desk.campaigns.start(made.id);
    const copy = desk.campaigns.duplicate(made.id, null);
    expect(copy).toMatchObject({
      state: 'draft',
      name: 'Roofs (copy)',
      budgetMicros: 5_000_000,
      lines: 7,
      agentId: made.agentId,
      startedAt: null,
    });
    expect(copy.id).not.toBe(made.id);
    expect(await desk.campaigns.leads({ campaignId: copy.id, limit: 9 })).toEqual([]);
    expect(desk.campaigns.duplicate(copy.id, null).name).toBe('Roofs (copy 2)');
    expect(desk.campaigns.duplicate(copy.id, 'Gutters').name).toBe('Gutters');
    expect(desk.events).toContainEqual({ type: 'campaign.changed', campaign: copy });
    expect(() => desk.campaigns.duplicate('campaign_x' as never, null)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('keeps its name within bounds', () => {
    expect(copyName('x'.repeat(120), new Set()).length).toBeLessThanOrEqual(120);
    expect(copyName('Roofs (copy 3)', new Set(['Roofs (copy)', 'Roofs (copy 2)']))).toBe('Roofs (copy 3)');
  });
});

describe('a draft that is removed', () => {
  it('goes with its leads, and everybody is told', async () => {
    await using desk = await openCampaignDesk();
    const leads = Array.from({ length: 450 }, (_, index) => newLead(newYorker(index)));
    const { id } = desk.campaign({}, leads);
    await desk.campaigns.remove(id);
    expect(() => desk.campaigns.get(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect([...desk.store.leads.each(id)]).toEqual([]);
    expect(desk.events.at(-1)).toEqual({ type: 'campaign.removed', campaignId: id });
    await expect(desk.campaigns.remove(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keeps what is left of it when somebody starts it meanwhile', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign(
      {},
      Array.from({ length: 450 }, (_, index) => newLead(newYorker(index))),
    );
    const removed = desk.campaigns.remove(id);
    desk.campaigns.start(id);
    await expect(removed).rejects.toMatchObject({ code: 'state/conflict' });
    expect(desk.campaigns.get(id).state).toBe('running');
    expect([...desk.store.leads.each(id)].length).toBeGreaterThan(200);
  });

  it('is refused once anybody was dialled', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({}, [newYorker(1)]);
    desk.campaigns.start(id);
    await desk.pass(500);
    desk.campaigns.pause(id, null);
    await expect(desk.campaigns.remove(id)).rejects.toMatchObject({ code: 'state/conflict' });
  });
});

describe('a campaign that is completed by hand', () => {
  it('dials nobody any more, says why, and can be resumed', async () => {
    await using desk = await openCampaignDesk();
    const { id } = desk.campaign({ lines: 1 }, [newYorker(1), newYorker(2)]);
    expect(() => desk.campaigns.complete(id, 'enough')).toThrow(expect.objectContaining({ code: 'state/conflict' }));
    desk.campaigns.start(id);
    await desk.pass(500);
    expect(desk.campaigns.complete(id, 'enough')).toMatchObject({ state: 'completed', stateReason: 'enough' });
    desk.dialer.endAll();
    await desk.pass(2_000);
    expect(desk.dialer.orders).toHaveLength(1);
    desk.campaigns.resume(id);
    await desk.pass(500);
    expect(desk.dialer.orders).toHaveLength(2);
  });
});
