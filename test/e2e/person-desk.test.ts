import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#test/support/bridge-rig.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe('a campaign that needs somebody at the desk', () => {
  let stage: PersonStage;
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, 440) });
  });
  afterAll(() => stage[Symbol.asyncDispose]());
  beforeSecondTry(() => stage.clear());

  it('calls nobody until somebody goes on duty, and nobody else once they have left', async () => {
    const { invoke } = stage.ringside;
    const numbers = [1, 2].map(() => stage.number({ moves: [{ kind: 'say', text: 'Hello?' }], giveUpMs: 4_000 }));
    const [agent] = await invoke('agents.list', {});
    const { id } = await invoke('campaigns.create', {
      name: 'Attended',
      agentId: agent?.id ?? '',
      carrier: 'twilio',
      fromNumbers: ['+12025550100'],
      lines: 1,
      compliance: { hours: 'off', consent: 'off' },
    });
    await using operator = await OperatorPage.open(stage);
    const { page } = operator;
    await page.goto(`${page.url().split('#')[0]}#/campaigns/${id}/edit/schedule`);
    await page.getByLabel('Only while somebody is on duty').press('Space');
    await until('the change to be saved', async () => (await invoke('campaigns.get', { id })).needsDesk || undefined);
    expect(await findings(page)).toEqual([]);
    await invoke('leads.import', { campaignId: id, csv: ['phone', ...numbers].join('\n') });
    await invoke('campaigns.start', { id });
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `/campaigns/${id}`);
    await page
      .getByText(/Nobody is on duty; this campaign dials only while somebody is/)
      .first()
      .waitFor();
    expect(numbers.flatMap(stage.rings)).toEqual([]);

    await operator.goOnDuty();
    const [first, second] = numbers as [string, string];
    await until('the first call', () => stage.rings(first)[0]);
    // A page that is closed has nobody in front of it; the call goes on without them.
    await page.close();
    await until('the end of the first call', async () => {
      const [lead] = await invoke('leads.list', { campaignId: id });
      return (lead?.attempts === 1 && lead.state !== 'dialling') || undefined;
    });
    const { reasons } = await invoke('campaigns.health', { id });
    expect(reasons).toMatchObject([{ name: 'nobody-at-desk' }, {}]);
    expect(stage.rings(second)).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });
});
