import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shortAgent, until } from '#test/support/bridge-rig.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe('a call that asks for a person', () => {
  let stage: PersonStage;
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, 1_320) });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(() => stage.clear());

  it('asks no more when nobody is needed, and its campaign is told so until somebody takes that back', async () => {
    const { ringside } = stage;
    const number = stage.number({
      moves: [
        { kind: 'say', text: 'Hello?' },
        { kind: 'listen', pauseMs: 900 },
        { kind: 'say', text: 'How much does it cost?' },
        { kind: 'wait', ms: 60_000 },
      ],
    });
    const { id: agentId } = await ringside.invoke('agents.create', shortAgent);
    const { id: campaignId } = await ringside.invoke('campaigns.create', {
      name: 'November recall',
      agentId,
      carrier: 'twilio',
      world: 'real',
      fromNumbers: ['+12025550100'],
      lines: 1,
      ringSeconds: 10,
      maxCallSeconds: 60,
      compliance: { hours: 'off', consent: 'off' },
    });
    await ringside.invoke('leads.import', { campaignId, csv: `phone\n${number}\n` });
    await using operator = await OperatorPage.open(stage);
    await ringside.invoke('campaigns.start', { id: campaignId });
    const call = await until('a call that asks for a person', async () => {
      const calls = await ringside.invoke('calls.list', { live: true });
      return calls.find(({ attention }) => attention?.rule === 'price');
    });
    await operator.openCall(call);
    await operator.open.getByText('Talks of the price').first().waitFor();
    await operator.press('0');
    await operator.open.getByText('Talks of the price').first().waitFor({ state: 'detached' });
    await expect.poll(async () => (await stage.view(call)).attention?.rule).not.toBe('price');
    const tuning = async () => (await ringside.invoke('campaigns.get', { id: campaignId })).attentionTuning;
    expect(await tuning()).toEqual([{ rule: 'price', dismissed: 1, effect: 'later' }]);

    const { page } = operator;
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `/campaigns/${campaignId}`);
    const rules = page.getByRole('region', { name: 'Rules that ask for a person' });
    await rules.getByText('Not needed once: it asks later').waitFor();
    await rules.getByRole('button', { name: 'Reset: Talks of the price' }).click();
    await rules.waitFor({ state: 'detached' });
    expect((await tuning()) ?? []).toEqual([]);
    await stage.over(call);
    expect(operator.complaints).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });
});
