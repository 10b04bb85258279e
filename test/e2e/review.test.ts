import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '#test/support/audio.ts';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startRehearsed } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe('a finished call', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  const prepare = async () => {
    ringside = await startRehearsed();
  };
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), prepare()]);
  }, 110_000);
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await ringside[Symbol.asyncDispose]();
    await prepare();
  }, 110_000);

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

  it('gives its sound away as a file, with both sides in it', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    const call = (await ringside.invoke('calls.list', {})).find(({ outcome, talkMs }) => outcome === 'completed' && talkMs > 5_000);
    if (!call) throw new Error('Nobody has talked.');
    await page.evaluate((path) => {
      location.hash = path;
    }, `/review/${call.id}`);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const begun = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Sound, both sides (WAV)' }).click();
    const download = await begun;
    expect(download.suggestedFilename()).toBe(`${call.id}.wav`);
    await page.getByText(`${call.id}.wav is among your downloads.`).waitFor();
    const sound = readWav(await readFile(await download.path()));
    expect(Math.abs(sound.durationMs - call.talkMs)).toBeLessThan(2_000);
    // Lead and AI are both heard in it, each on a side of their own.
    expect(sound.channels.slice(0, 2).map((side) => side.some((sample) => Math.abs(sample) > 1_000))).toEqual([true, true]);
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

  it('is corrected and held for the law, and its number is erased when it is let go', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    const [call] = await ringside.invoke('calls.list', { search: 'Olivia' });
    if (!call) throw new Error('Nobody called Olivia.');
    const go = (to: string) =>
      page.evaluate((path) => {
        location.hash = path;
      }, to);
    await go(`/review/${call.id}`);
    const about = page.getByRole('complementary', { name: 'About this call' });
    await about.getByText('A person answered', { exact: true }).waitFor();
    await about.getByText('Of what was said, by the lead').waitFor();
    await about.getByText('Slowest hop').waitFor();

    await page.keyboard.press('v');
    const asked = page.getByRole('dialog', { name: 'Who picked up' });
    await asked.getByRole('radio', { name: 'Call screening' }).check();
    await asked.getByText('The call is over: its record changes, and its disposition stays.').waitFor();
    await asked.getByRole('button', { name: 'Correct' }).click();
    await about.getByText('Corrected by an operator.').waitFor();
    expect(await ringside.invoke('calls.get', { id: call.id })).toMatchObject({ answerType: 'screener', disposition: call.disposition });

    await about.getByRole('switch', { name: 'Legal hold' }).click({ force: true });
    await about.getByText('On: nothing of this call is deleted').waitFor();
    await go(`/campaigns/${call.campaignId}`);
    const erase = page.getByRole('button', { name: 'Erase Olivia Reyes' });
    const dialog = page.getByRole('dialog', { name: 'Erase Olivia Reyes' });
    await erase.click();
    await dialog.getByText('Nothing can be erased. 1 call is under a legal hold and stays as it is.').waitFor();
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await dialog.waitFor({ state: 'hidden' });

    await go(`/review/${call.id}`);
    await about.getByRole('switch', { name: 'Legal hold' }).click({ force: true });
    await about.getByText('Off: retention and erasure apply').waitFor();
    await go(`/campaigns/${call.campaignId}`);
    await erase.click();
    await dialog.getByText('1 call, 1 recording and 1 lead will be erased.').waitFor();
    const digits = dialog.getByLabel('Type the last four digits, 0111');
    await digits.fill('1111');
    await digits.press('Enter');
    expect(await ringside.invoke('calls.get', { id: call.id })).toMatchObject({ leadName: 'Olivia Reyes' });
    await digits.fill('0111');
    await digits.press('Enter');
    await dialog.getByText('1 call, 1 recording and 1 lead erased.').waitFor();
    expect(await ringside.invoke('calls.get', { id: call.id })).toMatchObject({ leadName: 'Erased', transcript: [], leadId: null });
    expect(await ringside.invoke('search.transcripts', { query: 'kitchen leak' })).toEqual([]);
    await context.close();
    expect(complaints).toEqual([]);
  });
});
