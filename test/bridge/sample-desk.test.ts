import { describe, expect, it } from 'vitest';
import { SampleDesk } from '#bridge/sample-desk.ts';
import { type CampaignDesk, openCampaignDesk } from '../support/campaign-desk.ts';
import { silentLog } from '../support/store.ts';

const deskFor = (desk: CampaignDesk) => new SampleDesk({ store: desk.store, campaigns: desk.campaigns, clock: desk.clock, log: silentLog });

/** Everybody is called and answers; one of them wants to be called tomorrow. */
async function callEverybody(desk: CampaignDesk): Promise<void> {
  for (let round = 0; round < 60 && desk.dialer.orders.length < 12; round += 1) {
    await desk.pass(600);
    for (const { to } of desk.dialer.open()) {
      if (to === '+12125550121') desk.dialer.end(to, 'completed', { disposition: 'callback-requested', talkMs: 9_000 });
      else desk.dialer.end(to, 'completed', { talkMs: 9_000, disposition: 'not-interested' });
    }
  }
}

describe('the bundled sample', () => {
  it('is one rehearsal campaign over each carrier with twelve people, started', async () => {
    await using desk = await openCampaignDesk();
    const sample = deskFor(desk);
    const campaigns = await sample.startSample();
    expect(campaigns.map(({ state, world, carrier }) => [state, world, carrier])).toEqual([
      ['running', 'rehearsal', 'twilio'],
      ['running', 'rehearsal', 'plivo'],
    ]);
    const leads = campaigns.map(({ id }) => Object.values(desk.campaigns.health(id).leads).reduce((sum, count) => sum + count, 0));
    expect(leads).toEqual([6, 6]);
    for (const { id } of campaigns) expect((await desk.campaigns.preview(id)).leads).toBe(6);
    sample.close();
  });

  it('is refused while it runs or is paused, and starts again when it has ended', async () => {
    await using desk = await openCampaignDesk();
    const sample = deskFor(desk);
    const first = sample.startSample();
    await expect(sample.startSample()).rejects.toMatchObject({ code: 'state/conflict', message: expect.stringContaining('being started') });
    const [one, two] = await first;
    await expect(sample.startSample()).rejects.toMatchObject({
      code: 'state/conflict',
      message: expect.stringContaining('running already'),
    });
    await desk.campaigns.stop(one!.id);
    desk.campaigns.pause(two!.id, null);
    await expect(sample.startSample()).rejects.toMatchObject({
      message: expect.stringContaining('is paused. Resume it, or stop it first.'),
    });
    await desk.campaigns.stop(two!.id);
    desk.dialer.endAll('cancelled');
    expect(await sample.startSample()).toHaveLength(2);
    sample.close();
  });

  it('ends by itself when everybody was called, although somebody wants another call tomorrow', async () => {
    await using desk = await openCampaignDesk();
    const sample = deskFor(desk);
    const campaigns = await sample.startSample();
    await callEverybody(desk);
    await desk.pass(3_000);
    const ended = campaigns.map(({ id }) => desk.campaigns.get(id));
    expect(ended.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(ended[1]?.stateReason).toBe('Everybody has been called; 1 person asked for another time.');
    expect(await sample.startSample()).toHaveLength(2);
    sample.close();
  });

  it('that another run of the program has left is brought to its end', async () => {
    await using desk = await openCampaignDesk();
    const first = deskFor(desk);
    const campaigns = await first.startSample();
    first.close();
    await desk.restart();
    const second = deskFor(desk);
    second.open();
    desk.dialer.endAll();
    await callEverybody(desk);
    await desk.pass(3_000);
    expect(campaigns.map(({ id }) => desk.campaigns.get(id).state)).toEqual(['completed', 'completed']);
    second.close();
  });

  it('uses its agent again, unless somebody has changed it, and lets its people opt out anew', async () => {
    await using desk = await openCampaignDesk();
    const sample = deskFor(desk);
    const again = async () => {
      const [campaign, other] = await sample.startSample();
      for (const { id } of [campaign!, other!]) await desk.campaigns.stop(id);
      desk.dialer.endAll('cancelled');
      return campaign!.agentId;
    };
    const first = await again();
    expect(await again()).toBe(first);
    // A page holds 200: of the sample's own people one is the last on it, and one is on the next.
    desk.store.suppressions.add(['+14155550113', '+13125550112'], 'rehearsal', 'opt-out', null);
    const others = Array.from({ length: 198 }, (_, index) => `+1202555${String(1_000 + index)}`);
    desk.store.suppressions.add([...others, '+15005550006'], 'rehearsal', 'opt-out', null);
    desk.store.suppressions.add(['+13125550112'], 'real', 'opt-out', null);
    desk.store.agents.update(first, { greeting: 'Hi, it is me.' });
    expect(await again()).not.toBe(first);
    expect(desk.store.suppressions.has('+13125550112', 'rehearsal')).toBeNull();
    expect(desk.store.suppressions.has('+14155550113', 'rehearsal')).toBeNull();
    expect(desk.store.suppressions.has('+15005550006', 'rehearsal')).not.toBeNull();
    expect(desk.store.suppressions.has('+13125550112', 'real')).not.toBeNull();
    sample.close();
  });

  it('leaves nothing half made behind when it cannot be started', async () => {
    await using desk = await openCampaignDesk();
    const sample = deskFor(desk);
    desk.dialer.missing = 'No world.';
    await expect(sample.startSample()).rejects.toMatchObject({ code: 'settings/missing' });
    expect(desk.campaigns.list()).toEqual([]);
    desk.dialer.missing = null;
    expect(await sample.startSample()).toHaveLength(2);
    sample.close();
    expect(desk.dialer.listeners).toBe(1);
  });

  it('knows whom one can rehearse with', async () => {
    await using desk = await openCampaignDesk();
    const people = deskFor(desk).people();
    expect(people).toHaveLength(12);
    expect(people).toContainEqual({ name: 'Olivia Reyes', number: '+12125550111', description: 'Wants the visit and names a time.' });
    expect(people).toContainEqual({
      name: 'Mia Chen, Dr.',
      number: '+12065550115',
      description: 'Asks for a person and is put through.',
    });
  });
});
