import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openConsolePage, openScreen } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe('the first run, with no key at all', () => {
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

  it('takes the token out of the address at once, and keeps it over a reload', async () => {
    const { page, context } = await openConsolePage(browser, ringside.address);
    expect(page.url()).not.toContain(ringside.token);
    await page.reload();
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await context.close();
    const stranger = await browser.newPage();
    await stranger.goto(ringside.consoleUrl);
    await stranger.getByRole('heading', { name: /needs its own address/ }).waitFor();
    await stranger.close();
  });

  it('gets by clicks alone from an empty board to a finished sample and its review', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await page.getByRole('button', { name: /Start the rehearsal/ }).click();
    await page.getByText('Nobody is called').first().waitFor();
    await expect
      .poll(async () => (await ringside.invoke('campaigns.list')).map(({ state }) => state), { timeout: 100_000, interval: 1_000 })
      .toEqual(['completed', 'completed']);
    await openScreen(page, 'Review');
    await page.getByRole('row').nth(11).waitFor();
    expect((await ringside.invoke('calls.list')).length).toBeGreaterThanOrEqual(12);
    await context.close();
    expect(complaints).toEqual([]);
  });
});
