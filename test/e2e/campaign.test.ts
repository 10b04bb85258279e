import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openConsolePage, openScreen } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';

const list = [
  'firstName;lastName;phone;city',
  'Olivia;Reyes;(212) 555-0111;New York',
  'Ben;Kowalski;+1 312 555 0112;Chicago',
  'Ben;Kowalski;+1 312 555 0112;Chicago',
  'Nobody;At all;12;Austin',
  '"Quoted; name";"";not a number;Tucson',
].join('\r\n');

describe('a campaign made by hand', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([openBrowser(), startFresh()]);
    await ringside.invoke('agents.create', {
      name: 'Mia',
      instructions: 'You offer a free check of the plumbing.',
      greeting: 'Hi {{firstName}}, do you have a minute?',
      disclosure: 'Hello, this is an AI assistant calling for Northside Plumbing.',
    });
  });
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });

  it('says which rows of a list are no good, and starts with the good ones', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await openScreen(page, 'Campaigns');
    await page
      .getByRole('button', { name: /Write the first|New campaign/ })
      .first()
      .click();
    await page.getByRole('textbox', { name: 'Name' }).fill('November recall');
    // With one agent and no account there is nothing left to choose: it is a draft now, and survives a reload.
    await page.getByText(/^Saved/).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'November recall' }).waitFor();
    await page.getByRole('button', { name: /^Next: people/ }).click();
    await page.locator('input[type="file"]').setInputFiles({ name: 'leads.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
    await page.getByRole('status').filter({ hasText: 'cannot be used' }).waitFor();
    expect(await page.getByRole('status').filter({ hasText: 'cannot be used' }).innerText()).toMatch(
      /2\s+good[\s\S]*1\s+twice[\s\S]*2\s+cannot/,
    );
    await page.getByRole('cell', { name: 'not a number' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the bad rows' }).click();
    expect((await download).suggestedFilename()).toBe('bad-rows.csv');
    expect(await ringside.invoke('leads.list', { campaignId: (await ringside.invoke('campaigns.list'))[0]?.id })).toEqual([]);
    await page.getByRole('combobox', { name: 'Why may they be called?' }).click();
    await page.getByRole('option', { name: 'Existing customer' }).click();
    await page.getByRole('button', { name: 'Import 2 people' }).click();
    await page.getByText('2 people in this campaign.').waitFor();
    await page.getByRole('button', { name: /^Next: agent/ }).click();
    await page.getByText('Hi Olivia, do you have a minute?').waitFor();
    await page.getByRole('button', { name: /^Next: schedule/ }).click();
    // People talk at any hour in a rehearsal; the clock of the machine that runs this test does not matter.
    await page.getByText('Keep to the lead’s local calling hours').click();
    for (const day of ['Sat', 'Sun']) await page.getByRole('button', { name: day }).click();
    await page.getByLabel('From, on the lead’s own clock').fill('00:00');
    await page.getByLabel('Until').fill('23:59');
    await page.getByText(/^Saved \d/).waitFor();
    await page.getByRole('button', { name: /^Next: check/ }).click();
    await page.getByText('Will call 2 of 2.').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Why is it not dialling faster?').waitFor();
    await expect.poll(async () => (await ringside.invoke('calls.list', {})).length, { timeout: 30_000 }).toBeGreaterThan(0);
    await page.keyboard.press('p');
    await page.getByRole('textbox', { name: /^Why/ }).fill('Lunch');
    await page.keyboard.press('Enter');
    await page.getByText('Lunch').waitFor();
    await page.getByRole('button', { name: /^Resume/ }).click();
    await expect.poll(async () => (await ringside.invoke('campaigns.list'))[0]?.state).not.toBe('paused');
    await context.close();
    expect(complaints).toEqual([]);
  });
});
