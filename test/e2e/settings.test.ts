import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeRig, numbersFrom, openBridgeRig } from '#test/support/bridge-rig.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const number = numbersFrom(560);

describe('the settings', () => {
  let browser: Browser;
  let rig: BridgeRig;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    rig = await openBridgeRig({ host: { rendererDir } });
    ({ page } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`));
  });
  afterAll(async () => {
    await browser.close();
    await rig[Symbol.asyncDispose]();
  });
  beforeSecondTry(() => rig.invoke('settings.update', { spending: { dayBudgetMicros: null } }));

  const show = (section: string) => page.goto(`${rig.bridge.console.url}/#/settings/${section}`);
  const allow = async (dollars: string) => {
    await show('spending');
    const field = page.getByLabel('Budget of a day');
    await field.fill(dollars);
    await field.press('Enter');
    await page.getByText('Saved. It holds from the next dial on.').waitFor();
  };

  it('let nobody be called when one call may cost more than a day, say so where one looks, and let go when that is raised', async () => {
    await allow('0.01');
    expect(await findings(page)).toEqual([]);
    await page.getByText('Today $0.00 of $0.01').waitFor();
    const to = number();
    const id = await rig.campaign('twilio', [to], { compliance: { hours: 'off', consent: 'off' } });
    await page.goto(`${rig.bridge.console.url}/#/campaigns/${id}/edit/check`);
    await page
      .getByText(/One call may cost \$\d+\.\d\d, and all calls of a day \$0\.01\./)
      .first()
      .waitFor();
    await rig.invoke('campaigns.start', { id });
    await page.goto(`${rig.bridge.console.url}/#/campaigns/${id}`);
    await page
      .getByText(/The budget of a day does not carry a single call/)
      .first()
      .waitFor();
    expect(rig.ringsAt(to)).toEqual([]);
    await allow('50');
    await rig.invoke('campaigns.resume', { id });
    await expect.poll(() => rig.ringsAt(to).length, { timeout: 10_000 }).toBe(1);
  });

  it('take the budget of a day away with an empty field, and refuse one of nothing', async () => {
    await allow('0.02');
    const field = page.getByLabel('Budget of a day');
    await field.fill('0');
    await page.getByText(/A day that may cost nothing lets nobody be called/).waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
    await allow('');
    expect((await rig.invoke('settings.get', {})).spending.dayBudgetMicros).toBeNull();
  });

  it('save who one is, what campaigns begin with and how long calls are kept, and say so', async () => {
    await show('you');
    await page.getByLabel('Your name').fill('Dana');
    await page.getByLabel('Your name').press('Enter');
    await page.getByText('Saved.', { exact: true }).waitFor();

    await show('defaults');
    await page.getByLabel('Calls at once').fill('7');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved. The next campaign begins with these.').waitFor();

    await show('data');
    const kept = page.getByRole('form', { name: 'How long calls are kept' });
    expect(await kept.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
    await kept.getByLabel('Recordings').fill('30');
    await kept.getByRole('button', { name: 'Save' }).click();
    await kept.getByText('Saved. What is older goes within a day.').waitFor();

    expect(await rig.invoke('settings.get', {})).toMatchObject({
      operatorName: 'Dana',
      defaults: { lines: 7 },
      retention: { recordingDays: 30, transcriptDays: null },
    });
  });
});
