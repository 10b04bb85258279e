import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeRig, numbersFrom, openBridgeRig } from '#test/support/bridge-rig.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const number = numbersFrom(560);

describe('the budget of a day', () => {
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

  const allow = async (dollars: string) => {
    await page.goto(`${rig.bridge.console.url}/#/settings/spending`);
    const field = page.getByLabel('Budget of a day');
    await field.fill(dollars);
    await field.press('Enter');
    await page.getByText('Saved. It holds from the next dial on.').waitFor();
  };

  it('lets nobody be called when one call may cost more, says so where one looks, and lets go when it is raised', async () => {
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

  it('is taken away by an empty field, and refuses to be nothing', async () => {
    await allow('0.02');
    const field = page.getByLabel('Budget of a day');
    await field.fill('0');
    await page.getByText(/A day that may cost nothing lets nobody be called/).waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
    await allow('');
    expect((await rig.invoke('settings.get', {})).spending.dayBudgetMicros).toBeNull();
  });
});
