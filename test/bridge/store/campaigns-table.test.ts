import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { campaignDraft } from '#bridge/contract/campaigns.ts';
import type { AgentId, CampaignId } from '#bridge/contract/ids.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { addAgent, addAttempt, addCampaign, addLead, ending, leadChange, openTestStore, phoneNumber } from '../../support/store.ts';

let store: Store;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  store = await openTestStore({ clock });
});
afterEach(() => store.close());

describe('a campaign', () => {
  it('comes back with every field as it was written', () => {
    const draft = campaignDraft.parse({
      name: 'Roofs',
      agentId: addAgent(store).id,
      carrier: 'plivo',
      world: 'rehearsal',
      fromNumbers: ['+15550100001', '+15550100002'],
      ladder: ['announcement'],
      lines: 7,
      callsPerSecond: 1.5,
      window: { days: ['mon', 'sat'], start: '10:00', end: '18:30' },
      retry: { busy: { delaysMinutes: [5, 10], maxAttempts: 3 } },
      budgetMicros: 5_000_000,
      answeringMachine: 'leave-message',
      ringSeconds: 30,
      maxCallSeconds: 120,
      compliance: { hours: 'off', consent: 'enforce' },
      countries: ['US', 'GB'],
      recordAtCarrier: true,
      needsDesk: true,
    });
    const made = store.campaigns.create(draft);
    expect(made).toEqual({
      ...draft,
      id: made.id,
      state: 'draft',
      stateReason: null,
      createdAt: made.createdAt,
      updatedAt: made.createdAt,
      startedAt: null,
      endedAt: null,
    });
    expect(store.campaigns.get(made.id)).toEqual(made);
    expect(store.campaigns.list('real')).toEqual([]);
    expect(store.campaigns.list('rehearsal')).toEqual([made]);
    expect(store.campaigns.list()).toEqual([made]);
  });

  it('changes only what is named, and loses its budget by null', () => {
    const made = addCampaign(store, { budgetMicros: 1_000_000, lines: 4 });
    expect(store.campaigns.update({ id: made.id, lines: 5 })).toMatchObject({ lines: 5, budgetMicros: 1_000_000, name: made.name });
    const free = store.campaigns.update({ id: made.id, budgetMicros: null });
    expect(free).not.toHaveProperty('budgetMicros');
    expect(free.lines).toBe(5);
  });

  it('remembers when it first ran and when it ended', () => {
    const { id } = addCampaign(store);
    const running = store.campaigns.setState(id, 'running', null);
    clock.advance(5000);
    expect(store.campaigns.setState(id, 'paused', 'lunch')).toMatchObject({
      stateReason: 'lunch',
      startedAt: running.startedAt,
      endedAt: null,
    });
    expect(store.campaigns.setState(id, 'running', null).startedAt).toBe(running.startedAt);
    expect(store.campaigns.setState(id, 'completed', null).endedAt).toBe(new Date(clock.nowMs()).toISOString());
  });

  it('keeps its world once anything was dialled', () => {
    const campaign = addCampaign(store);
    expect(store.campaigns.update({ id: campaign.id, world: 'real' }).world).toBe('real');
    expect(store.campaigns.update({ id: campaign.id, world: 'rehearsal' }).world).toBe('rehearsal');
    expect(store.campaigns.hasAttempts(campaign.id)).toBe(false);
    addAttempt(store, { campaign, lead: addLead(store, campaign, phoneNumber(1)) });
    expect(store.campaigns.hasAttempts(campaign.id)).toBe(true);
    expect(() => store.campaigns.update({ id: campaign.id, world: 'real' })).toThrow(expect.objectContaining({ code: 'state/conflict' }));
    expect(store.campaigns.update({ id: campaign.id, world: 'rehearsal', lines: 9 }).lines).toBe(9);
  });

  it('needs an agent that exists, and exists itself', () => {
    const notFound = expect.objectContaining({ code: 'not-found' });
    expect(() => addCampaign(store, { agentId: 'agent_x' as AgentId })).toThrow(notFound);
    const unknown = 'campaign_x' as CampaignId;
    expect(() => store.campaigns.update({ id: unknown, lines: 1 })).toThrow(notFound);
    expect(() => store.campaigns.setState(unknown, 'running', null)).toThrow(notFound);
    expect(store.campaigns.get(unknown)).toBeNull();
  });
});

describe('totals of a campaign', () => {
  it('count leads, attempts, outcomes and money as they move', () => {
    const campaign = addCampaign(store);
    const [one, two, three] = [1, 2, 3].map((index) => addLead(store, campaign, phoneNumber(index)));
    addLead(store, addCampaign(store), phoneNumber(4));
    const first = addAttempt(store, { campaign, lead: one! });
    const second = addAttempt(store, { campaign, lead: two! });
    store.attempts.update(second.id, { phase: 'answered', costMicros: 7_000 });
    expect(store.campaigns.totals(campaign.id)).toEqual({
      leads: { ready: 1, dialling: 2 },
      outcomes: {},
      rungs: {},
      replies: { turns: 0, endpointMs: 0, thinkMs: 0, sendMs: 0, playMs: 0 },
      dispositions: {},
      refusals: [],
      openAttempts: 2,
      spentMicros: 7_000,
      reservedMicros: 400_000,
      attempts: 2,
      nextEligibleAtMs: null,
    });
    store.attempts.end(
      first.id,
      ending({ outcome: 'no-answer', disposition: 'no-answer', costMicros: 1_000 }),
      leadChange({ state: 'waiting', nextAttemptAtMs: 123_456, outcome: 'no-answer', disposition: 'no-answer' }),
    );
    store.attempts.end(second.id, ending({ costMicros: 9_000 }), leadChange());
    store.attempts.update(second.id, { disposition: 'interested', costMicros: 9_500 });
    store.leads.setState(three!.id, 'suppressed', 'opt-out', null);
    expect(store.campaigns.totals(campaign.id)).toEqual({
      leads: { waiting: 1, done: 1, suppressed: 1 },
      outcomes: { 'no-answer': 1, completed: 1 },
      dispositions: { 'no-answer': 1, interested: 1 },
      refusals: [],
      rungs: {},
      replies: { turns: 0, endpointMs: 0, thinkMs: 0, sendMs: 0, playMs: 0 },
      openAttempts: 0,
      spentMicros: 10_500,
      reservedMicros: 0,
      attempts: 2,
      nextEligibleAtMs: 123_456,
    });
  });

  it('count a refusal once per lead and name, until another one comes between', () => {
    const campaign = addCampaign(store);
    const one = addLead(store, campaign, phoneNumber(1));
    const two = addLead(store, campaign, phoneNumber(2));
    const refuse = (...names: readonly ('outside-hours' | 'no-consent')[]) => {
      for (const name of names) store.campaigns.countRefusal(campaign.id, one.id, name);
    };
    refuse('outside-hours', 'outside-hours', 'outside-hours');
    store.campaigns.countRefusal(campaign.id, two.id, 'outside-hours');
    expect(store.campaigns.totals(campaign.id).refusals).toEqual([{ name: 'outside-hours', count: 2 }]);
    refuse('no-consent', 'no-consent', 'outside-hours');
    expect(store.campaigns.totals(campaign.id).refusals).toEqual([
      { name: 'outside-hours', count: 3 },
      { name: 'no-consent', count: 1 },
    ]);
  });

  it('count the same refusal again after the lead was dialled', () => {
    const campaign = addCampaign(store);
    const lead = addLead(store, campaign, phoneNumber(1));
    store.campaigns.countRefusal(campaign.id, lead.id, 'outside-hours');
    store.attempts.end(addAttempt(store, { campaign, lead }).id, ending(), leadChange({ state: 'ready' }));
    store.campaigns.countRefusal(campaign.id, lead.id, 'outside-hours');
    expect(store.campaigns.totals(campaign.id).refusals).toEqual([{ name: 'outside-hours', count: 2 }]);
  });
});

describe('a campaign that is removed', () => {
  it('takes its leads along, a slice at a time, and leaves no other counts behind', () => {
    const [gone, stays] = [addCampaign(store), addCampaign(store)];
    for (const index of [1, 2, 3]) addLead(store, gone, phoneNumber(index));
    addLead(store, stays, phoneNumber(1));
    expect(store.leads.removeSome(gone.id, 2)).toBe(2);
    expect(store.campaigns.totals(gone.id).leads).toEqual({ ready: 1 });
    store.campaigns.remove(gone.id);
    expect(store.campaigns.list().map(({ id }) => id)).toEqual([stays.id]);
    expect([...store.leads.each(gone.id)]).toEqual([]);
    expect(store.campaigns.totals(gone.id).leads).toEqual({});
    expect(store.campaigns.totals(stays.id).leads).toEqual({ ready: 1 });
    expect(() => store.campaigns.remove(gone.id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('must be a draft that has never dialled anybody', () => {
    const conflict = expect.objectContaining({ code: 'state/conflict' });
    const dialled = addCampaign(store);
    addAttempt(store, { campaign: dialled });
    expect(() => store.campaigns.remove(dialled.id)).toThrow(conflict);
    const running = addCampaign(store);
    store.campaigns.setState(running.id, 'running', null);
    expect(() => store.campaigns.remove(running.id)).toThrow(conflict);
  });
});
