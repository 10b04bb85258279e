import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';

describe('the guide', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([openBrowser(), startFresh()]);
  });
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });

  it('brings a fresh data folder to a proven line in the rehearsal world by clicks alone', async () => {
    const { page, complaints } = await openConsolePage(browser, ringside.address);
    const startedAt = performance.now();
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByText('Rehearse first').click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page.getByRole('button', { name: 'Prove again' }).waitFor({ timeout: 30_000 });
    const steps = page.getByRole('list', { name: 'Steps of the proof' }).getByRole('listitem');
    expect(await steps.count()).toBeGreaterThan(12);
    expect(await steps.filter({ has: page.getByRole('img', { name: 'Failed' }) }).count()).toBe(0);
    const tookMs = performance.now() - startedAt;
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Start the rehearsal' }).click();
    await expect.poll(() => page.url()).toContain('#/board');
    expect(complaints).toEqual([]);
    process.stdout.write(`From an empty board to a proven line: ${(tookMs / 1000).toFixed(1)} s of clicks.\n`);
  });

  it('keeps and tries keys as they are typed, says in words what is wrong, and goes on where it was left', async () => {
    const { page } = await openConsolePage(browser, ringside.address);
    await page.evaluate(() => {
      location.hash = '#/setup/guide/world';
    });
    await page.getByText('Make real calls').click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Account SID').fill('AC0123456789abcdef0123456789abcdef');
    await page.getByLabel('Auth token').fill('0123456789abcdef0123456789abcdef');
    await page
      .getByText(/could not be reached/)
      .first()
      .waitFor({ timeout: 20_000 });
    expect(await page.content()).not.toContain('0123456789abcdef0123456789abcdef');
    await page.reload();
    await page
      .getByRole('navigation', { name: 'Steps' })
      .getByRole('link', { name: /Way in/ })
      .click();
    await page.getByLabel('Authtoken').waitFor();
    await page.getByRole('button', { name: 'Skip for now' }).click();
    await page.getByRole('heading', { name: 'Prove the line' }).waitFor();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page
      .getByText(/OpenAI|address|reach/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Prove again' }).waitFor({ timeout: 30_000 });
    expect(await page.getByRole('list', { name: 'Steps of the proof' }).getByRole('img', { name: 'Failed' }).count()).toBeGreaterThan(0);
  });
});
