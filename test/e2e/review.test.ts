import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';

describe('a finished call', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([openBrowser(), startFresh()]);
    await ringside.invoke('rehearsal.startSample');
    const isRunning = async () => (await ringside.invoke('campaigns.list')).some(({ state }) => state === 'running');
    while (await isRunning()) await new Promise((resume) => setTimeout(resume, 500));
  }, 110_000);
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });

  it('is found by its words, opens at the second, plays, and jumps from a line', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await page.goto(`${ringside.consoleUrl}/#/review/search?q=interested`);
    const find = page.getByText(/interested/i).first();
    await find.waitFor();
    const [hit] = await ringside.invoke('search.transcripts', { query: 'interested', limit: 1 });
    await page.evaluate((to) => {
      location.hash = to;
    }, `/review/${hit?.callId}?at=${hit?.startMs}`);
    const play = page.getByRole('button', { name: 'Play Space' });
    await play.waitFor();
    const at = () => page.evaluate(() => document.querySelector('audio')?.currentTime ?? -1);
    // It plays from the second at which the words were said, not from the beginning.
    const fromS = (hit?.startMs ?? 0) / 1000;
    await page.waitForTimeout(800);
    await page.keyboard.press('Space');
    await expect.poll(at, { timeout: 10_000 }).toBeGreaterThan(fromS + 0.3);
    expect(await at()).toBeLessThan(fromS + 8);
    await page.keyboard.press('Space');
    await page
      .getByText(/assistant calling for Northside Plumbing/)
      .first()
      .click();
    await expect.poll(at).toBeLessThan(2);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('is listed with all others, and the list can be narrowed', async () => {
    const { page, context } = await openConsolePage(browser, ringside.address);
    await page.goto(`${ringside.consoleUrl}/#/review`);
    await page.getByText('12 calls').first().waitFor();
    await page.getByPlaceholder('Name or number').fill('Olivia');
    await page.getByText('1 call', { exact: true }).first().waitFor();
    await context.close();
  });
});
