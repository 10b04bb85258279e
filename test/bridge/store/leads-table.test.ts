import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { LeadQuery } from '#bridge/store/reader.ts';
import type { Store } from '#bridge/store/store.ts';
import { addCampaign, addLead, newLead, openTestStore, phoneNumber } from '../../support/store.ts';

let store: Store;
let campaign: Campaign;
beforeEach(async () => {
  store = await openTestStore();
  campaign = addCampaign(store);
});
afterEach(() => store.close());

const phones = (leads: Iterable<{ phone: string }>) => [...leads].map(({ phone }) => phone);

describe('leads', () => {
  it('have identifiers that begin with the time of their creation, and differ', () => {
    const first = addLead(store, campaign, phoneNumber(1));
    const second = addLead(store, campaign, phoneNumber(2));
    for (const { id, createdAtMs } of [first, second]) {
      expect(id).toMatch(/^lead_[0-9a-f]{32}$/);
      expect(Number.parseInt(id.slice(5, 17), 16)).toBe(Math.floor(createdAtMs));
    }
    expect(first.id).not.toBe(second.id);
  });

  it('come back as they were added', () => {
    const lead = addLead(store, campaign, '+4930123456', {
      country: 'DE',
      timeZones: ['Europe/Berlin', 'Europe/Busingen'],
      fields: { firstName: 'Jürgen', 'Shoe size': '007' },
      consent: { basis: 'written', source: 'form', capturedAt: '2026-01-01T00:00:00.000Z' },
    });
    expect(store.leads.get(lead.id)).toEqual({
      id: lead.id,
      campaignId: campaign.id,
      phone: '+4930123456',
      country: 'DE',
      state: 'ready',
      stateReason: null,
      attempts: 0,
      lastOutcome: null,
      disposition: null,
      nextAttemptAtMs: null,
      timeZones: ['Europe/Berlin', 'Europe/Busingen'],
      fields: { firstName: 'Jürgen', 'Shoe size': '007' },
      consent: { basis: 'written', source: 'form', capturedAt: '2026-01-01T00:00:00.000Z' },
      createdAtMs: lead.createdAtMs,
    });
    expect(addLead(store, campaign, phoneNumber(2), { consent: null }).consent).toBeNull();
  });

  it('are added once per campaign and number; the first one stays', () => {
    const add = () =>
      store.leads.addMany(campaign.id, [newLead(phoneNumber(1)), newLead(phoneNumber(2)), newLead(phoneNumber(1), { fields: {} })]);
    expect(add()).toEqual({ added: 2, duplicates: 1 });
    expect(add()).toEqual({ added: 0, duplicates: 3 });
    expect(store.leads.list({ campaignId: campaign.id, limit: 9 }).map(({ fields }) => fields)).toEqual([
      { firstName: 'Grace' },
      { firstName: 'Grace' },
    ]);
    expect(store.leads.addMany(addCampaign(store).id, [newLead(phoneNumber(1))]).added).toBe(1);
  });

  it('are not added to a campaign that does not exist', () => {
    expect(() => store.leads.addMany('campaign_x' as CampaignId, [newLead(phoneNumber(1))])).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('are listed in order of creation, page by page, and by state', () => {
    store.leads.addMany(
      campaign.id,
      [9, 5, 7, 1, 3].map((index) => newLead(phoneNumber(index))),
    );
    const first = store.leads.list({ campaignId: campaign.id, limit: 2 });
    const second = store.leads.list({ campaignId: campaign.id, limit: 2, after: first[1]!.id });
    expect(phones([...first, ...second])).toEqual([9, 5, 7, 1].map(phoneNumber));
    store.leads.setState(first[0]!.id, 'done', 'sale', null);
    store.leads.setState(second[0]!.id, 'done', null, null);
    expect(phones(store.leads.list({ campaignId: campaign.id, state: 'done', limit: 9 }))).toEqual([9, 7].map(phoneNumber));
    expect(phones(store.leads.list({ campaignId: campaign.id, state: 'done', limit: 9, after: first[0]!.id }))).toEqual([phoneNumber(7)]);
    expect(() => store.leads.list({ campaignId: campaign.id, limit: 9, after: 'lead_x' as LeadId })).toThrow(/cursor/);
  });

  it('are dialable when due first, then by age', () => {
    store.leads.addMany(
      campaign.id,
      [1, 2, 3, 4, 5, 6].map((index) => newLead(phoneNumber(index))),
    );
    const [, two, three, four, five, six] = store.leads.list({ campaignId: campaign.id, limit: 9 });
    store.leads.setState(two!.id, 'waiting', 'busy', 900);
    store.leads.setState(three!.id, 'waiting', 'busy', 1001);
    store.leads.setState(four!.id, 'waiting', 'busy', 1000);
    store.leads.setState(five!.id, 'waiting', 'somebody has to say', null);
    expect(phones(store.leads.dialable(campaign.id, 1000, 9))).toEqual([2, 4, 1, 6].map(phoneNumber));
    expect(phones(store.leads.dialable(campaign.id, 1001, 3))).toEqual([2, 4, 3].map(phoneNumber));
    expect(store.leads.dialable(campaign.id, 0, 1).map(({ id }) => id)).not.toContain(six!.id);
    expect(store.leads.dialable(campaign.id, 1000, 0)).toEqual([]);
  });

  it('keep what a person decided about them', () => {
    const lead = addLead(store, campaign, phoneNumber(1));
    store.leads.setDisposition(lead.id, 'interested');
    expect(store.leads.get(lead.id)?.disposition).toBe('interested');
    expect(() => store.leads.setDisposition('lead_x' as LeadId, 'sale')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('can be walked through while they change, without holding them all', () => {
    const many = Array.from({ length: 1203 }, (_, index) => newLead(phoneNumber(index)));
    store.leads.addMany(campaign.id, many);
    const seen: string[] = [];
    for (const lead of store.leads.each(campaign.id)) {
      seen.push(lead.phone);
      store.leads.setState(lead.id, 'done', null, null);
    }
    expect(seen).toEqual(many.map(({ phone }) => phone));
  });

  it('are found by part of a name or number, in order of creation, page by page', async () => {
    const named = (index: number, fields: Record<string, string>) => newLead(phoneNumber(index), { fields });
    store.leads.addMany(campaign.id, [
      named(1, { firstName: 'José', lastName: 'Núñez' }),
      named(2, { firstName: 'Ada', company: 'Nunes & Sons' }),
      named(3, { name: 'Josephine' }),
    ]);
    store.leads.addMany(addCampaign(store).id, [named(4, { firstName: 'José' })]);
    const found = async (search: string, more: Partial<LeadQuery> = {}) =>
      phones(await store.search.leads({ campaignId: campaign.id, search, limit: 9, ...more }));
    expect(await found('jose')).toEqual([1, 3].map(phoneNumber));
    expect(await found('nunez JOSE')).toEqual([phoneNumber(1)]);
    expect(await found('nunes sons')).toEqual([phoneNumber(2)]);
    expect(await found(phoneNumber(3).slice(-5))).toEqual([phoneNumber(3)]);
    expect(await found('jose', { state: 'waiting' })).toEqual([]);
    const [first] = await store.search.leads({ campaignId: campaign.id, search: 'jose', limit: 1 });
    expect(await found('jose', { after: first!.id })).toEqual([phoneNumber(3)]);
    await expect(found('jose', { after: 'lead_x' as LeadId })).rejects.toMatchObject({ details: [{ field: 'cursor' }] });
  });

  it('are added all or not at all', () => {
    const broken = { ...newLead(phoneNumber(2)), country: null as unknown as string };
    expect(() => store.leads.addMany(campaign.id, [newLead(phoneNumber(1)), broken])).toThrow();
    expect(phones(store.leads.each(campaign.id))).toEqual([]);
  });
});
