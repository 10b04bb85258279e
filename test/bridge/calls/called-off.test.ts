import { describe, expect, it, onTestFinished } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { LeadState } from '#bridge/contract/words.ts';
import type { LeadRecord } from '#bridge/store/records.ts';
import { openRestartStage, orderOn, type RestartStage } from '#test/support/restart-stage.ts';
import { addCampaign, addLead } from '#test/support/store.ts';

/** A disk that takes its time: the request waits for its word. */
async function slowDisk() {
  const disk = Promise.withResolvers<void>();
  const stage = await openRestartStage((store) => ({ ...store, synced: () => disk.promise }));
  onTestFinished(() => stage[Symbol.asyncDispose]());
  await stage.reconciler.run();
  return { stage, answer: () => disk.resolve() };
}

function leadOf(stage: RestartStage): { readonly lead: LeadRecord; readonly now: () => Pick<LeadRecord, 'state' | 'attempts'> } {
  const campaign = addCampaign(stage.store, { agentId: stage.agent.id, world: 'real' });
  stage.store.campaigns.setState(campaign.id, 'running', null);
  const lead = addLead(stage.store, campaign, '+15550100001');
  return { lead, now: () => stage.store.leads.get(lead.id) ?? lead };
}

const places = (stage: RestartStage, lead: LeadRecord) =>
  stage.dialer.place(orderOn(stage, { campaignId: lead.campaignId, leadId: lead.id, to: lead.phone }));

describe('while the disk is still asked to keep the word that a request is about to leave', () => {
  it('a person who hangs up is obeyed at once, and nobody is ever rung', async () => {
    const { stage, answer } = await slowDisk();
    const placing = stage.dialer.place(orderOn(stage));
    await stage.pass(100);
    const [call] = stage.desk.all;
    call?.hangUp('operator', 'not wanted any more');
    expect(call?.over).toBe(true);
    answer();
    await expect(placing).resolves.toMatchObject({
      kind: 'failed',
      outcome: 'cancelled',
      cause: 'not wanted any more',
      stopsCampaign: false,
    });
    await stage.pass(60_000);
    expect(stage.carrier.dialled).toEqual([]);
    expect(stage.attempt(call!.record.id)).toMatchObject({ phase: 'ended', outcome: 'cancelled', endedBy: 'operator' });
    await expect(stage.dialer.place(orderOn(stage))).resolves.toMatchObject({ kind: 'placed' });
  });

  it('a cancelled attempt gives its lead back', async () => {
    const { stage, answer } = await slowDisk();
    const { lead, now } = leadOf(stage);
    const placing = places(stage, lead);
    await stage.pass(100);
    expect(now()).toMatchObject({ state: 'dialling', attempts: 1 });
    await stage.dialer.cancel(stage.desk.all[0]!.record.id);
    answer();
    await expect(placing).resolves.toMatchObject({ kind: 'failed', outcome: 'cancelled' });
    expect(stage.carrier.dialled).toEqual([]);
    expect(now()).toMatchObject({ state: 'waiting', stateReason: 'cancelled', attempts: 0 });
  });

  it.each<[what: string, change: (stage: RestartStage, lead: LeadRecord) => void, state: LeadState]>([
    ['the stop of its campaign', ({ store }, lead) => void store.campaigns.setState(lead.campaignId, 'stopped', null), 'ready'],
    ['the pause of its campaign', ({ store }, lead) => void store.campaigns.setState(lead.campaignId, 'paused', null), 'ready'],
    ['an opt-out of its number', ({ store }, lead) => void store.suppressions.add([lead.phone], 'real', 'opt-out', null), 'suppressed'],
  ])('%s is obeyed, and the lead is not stuck', async (_what, change, state) => {
    const { stage, answer } = await slowDisk();
    const { lead, now } = leadOf(stage);
    const placing = places(stage, lead);
    await stage.pass(100);
    change(stage, lead);
    answer();
    await expect(placing).resolves.toMatchObject({ kind: 'failed', outcome: 'cancelled' });
    await stage.pass(60_000);
    expect(stage.carrier.dialled).toEqual([]);
    expect(stage.store.attempts.open()).toEqual([]);
    expect(now()).toMatchObject({ state, attempts: 0 });
  });

  it('the end of the program is obeyed', async () => {
    const { stage, answer } = await slowDisk();
    const placing = stage.dialer.place(orderOn(stage));
    await stage.pass(100);
    stage.dialer.close();
    answer();
    await expect(placing).resolves.toMatchObject({ kind: 'failed', outcome: 'cancelled', cause: 'Ringside was closed' });
    expect(stage.carrier.dialled).toEqual([]);
  });

  it('whoever calls it off is heard even when the disk then refuses', async () => {
    const disk = Promise.withResolvers<void>();
    const stage = await openRestartStage((store) => ({ ...store, synced: () => disk.promise }));
    onTestFinished(() => stage[Symbol.asyncDispose]());
    await stage.reconciler.run();
    const placing = stage.dialer.place(orderOn(stage));
    await stage.pass(100);
    const [call] = stage.desk.all;
    call?.hangUp('operator', 'not wanted any more');
    disk.reject(new Error('no space left on device'));
    await expect(placing).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(stage.carrier.dialled).toEqual([]);
    expect(stage.attempt(call!.record.id)).toMatchObject({ phase: 'ended', outcome: 'cancelled' });
  });
});

describe('between a request that could not leave and its second try', () => {
  it('an opt-out takes it back', async () => {
    const stage = await openRestartStage();
    onTestFinished(() => stage[Symbol.asyncDispose]());
    await stage.reconciler.run();
    const { lead, now } = leadOf(stage);
    stage.carrier.onDial = () => Promise.reject(new BridgeError('carrier/unreachable', 'There is no network.'));
    const placing = places(stage, lead);
    await stage.pass(500);
    stage.store.suppressions.add([lead.phone], 'real', 'opt-out', null);
    await stage.pass(1_000);
    await expect(placing).resolves.toMatchObject({ kind: 'failed', outcome: 'cancelled' });
    expect(stage.carrier.dialled).toHaveLength(1);
    expect(now()).toMatchObject({ state: 'suppressed' });
  });
});
