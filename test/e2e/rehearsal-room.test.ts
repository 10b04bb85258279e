import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#test/support/bridge-rig.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, openScreen } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe('the rehearsal room', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([openBrowser(), startFresh()]);
  });
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await ringside[Symbol.asyncDispose]();
    ringside = await startFresh();
  });

  const choose = async (page: Page, field: string, option: string) => {
    await page.getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: option }).click();
  };

  it('lets somebody without an agent start the sample, and one with an agent call a person over any carrier and voice', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await openScreen(page, 'Rehearsal');
    await page.getByText('There is no agent yet').waitFor();
    await page.getByText('None yet.').waitFor();
    expect(await findings(page)).toEqual([]);

    await ringside.invoke('agents.create', {
      name: 'Ines',
      instructions: 'Offer a free check of the boiler.',
      greeting: 'Hello {{firstName}}, this is about your {{appliance}}.',
      disclosure: 'I am an AI assistant.',
    });
    await page.reload();
    await page.getByText('The texts ask for these').waitFor();
    await page.getByRole('radio').nth(1).check();
    await page.getByRole('button', { name: 'Plivo' }).click();
    await choose(page, 'Voice', 'Relay');
    await page.getByText('Plivo has no relay').waitFor();
    await choose(page, 'Voice', 'Cascade');
    await page.getByText('Fill in appliance first.').waitFor();
    await page.getByRole('textbox', { name: 'appliance' }).fill('boiler');
    await page.getByRole('button', { name: /^Call / }).click();
    await expect.poll(() => page.url()).toMatch(/#\/board\/call_/);
    const id = /#\/board\/(call_[\w-]+)/.exec(page.url())?.[1] ?? '';
    const call = await until(
      'the cascade to speak',
      async () => {
        const found = await ringside.invoke('calls.get', { id });
        return found.transcript.some(({ speaker, text }) => speaker === 'ai' && text.includes('boiler')) ? found : undefined;
      },
      30_000,
    );
    expect(call).toMatchObject({ world: 'rehearsal', carrier: 'plivo', rung: 'cascade' });
    await ringside.invoke('calls.hangUp', { id });

    await openScreen(page, 'Rehearsal');
    const lately = page.getByRole('list', { name: 'Rehearsed lately' });
    await lately.getByRole('link', { name: /Ines, version 1.*Cascade/ }).waitFor();
    expect(await findings(page)).toEqual([]);
    await lately.getByRole('link').click();
    await page.getByRole('heading', { name: call.leadName ?? '' }).waitFor();

    await openScreen(page, 'Rehearsal');
    await page.keyboard.press('r');
    await page
      .getByRole('list', { name: 'Rehearsals that run' })
      .getByText(/of 6 called/)
      .first()
      .waitFor();
    for (const { id: campaign } of await ringside.invoke('campaigns.list', {})) await ringside.invoke('campaigns.stop', { id: campaign });
    await context.close();
    expect(complaints).toEqual([]);
  });
});
