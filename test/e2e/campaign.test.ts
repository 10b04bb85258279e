import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, openScreen } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

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
  const prepare = async () => {
    ringside = await startFresh();
    await ringside.invoke('agents.create', {
      name: 'Mia',
      instructions: 'You offer a free check of the plumbing.',
      greeting: 'Hi {{firstName}}, do you have a minute?',
      disclosure: 'Hello, this is an AI assistant calling for Northside Plumbing.',
    });
  };
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), prepare()]);
  });
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await ringside[Symbol.asyncDispose]();
    await prepare();
  });

  it('says which rows of a list are no good, and starts with the good ones', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await openScreen(page, 'Campaigns');
    await page
      .getByRole('button', { name: /Write the first|New campaign/ })
      .first()
      .click();
    await page.getByRole('textbox', { name: 'Name' }).fill('November recall');
    // The one agent is chosen already; a rehearsal brings its own number: it is a draft now, and survives a reload.
    await page.getByRole('radio', { name: /^Rehearsal/ }).click();
    await page.getByText(/^Saved/).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'November recall' }).waitFor();
    const next = page.getByRole('button', { name: 'Next' });
    await next.click();
    // A list without phone numbers says so once, at the field where it is mended.
    const upload = page.locator('input[type="file"]');
    await upload.setInputFiles({ name: 'names.csv', mimeType: 'text/csv', buffer: Buffer.from('name,town\nOlivia,New York\n') });
    await page.getByText('choose the column for Phone below').waitFor();
    expect(await page.getByText(/no column looks like a phone number/i).count()).toBe(1);
    await page.getByRole('button', { name: 'Take another list' }).click();
    await upload.setInputFiles({ name: 'leads.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
    await page.getByRole('button', { name: 'Import 2 people' }).waitFor();
    expect(await page.getByRole('status').filter({ hasText: 'duplicates' }).innerText()).toMatch(/2\s+good\s+1\s+duplicates\s+2\s+bad/);
    await page.getByText('not a number').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the bad rows' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    expect(await ringside.invoke('leads.list', { campaignId: (await ringside.invoke('campaigns.list'))[0]?.id })).toEqual([]);
    await page.getByRole('button', { name: 'Import 2 people' }).click();
    await page.getByText('2 people in this campaign').waitFor();
    await next.click();
    await page
      .getByText(/Hi Olivia, do you have a minute/)
      .first()
      .waitFor();
    await next.click();
    // People talk at any hour in a rehearsal; the clock of the machine that runs this test does not matter.
    await page.getByRole('switch', { name: 'Keep to the legal hours' }).click({ force: true });
    await page.getByRole('switch', { name: 'Call only people with consent on file' }).click({ force: true });
    for (const day of ['Sat', 'Sun']) await page.getByRole('button', { name: day }).click();
    for (const [label, place] of [
      ['From', 0],
      ['Until', -1],
    ] as const) {
      await page.getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option').nth(place).click();
    }
    await expect.poll(async () => (await ringside.invoke('campaigns.list'))[0]?.window.days.length, { timeout: 10_000 }).toBe(7);
    await next.click();
    await page.getByText(/Will call all 2/).waitFor();
    await page.getByRole('button', { name: 'Start the rehearsal' }).click();
    await page.getByText('Why is it not dialling faster?').waitFor();
    await expect.poll(async () => (await ringside.invoke('calls.list', {})).length, { timeout: 30_000 }).toBeGreaterThan(0);
    await page.keyboard.press('p');
    await page.getByRole('textbox', { name: /^Why/ }).fill('Lunch');
    await page.keyboard.press('Enter');
    await page.getByText('Lunch').first().waitFor();
    await page.getByRole('button', { name: /^Resume/ }).click();
    await expect.poll(async () => (await ringside.invoke('campaigns.list'))[0]?.state).not.toBe('paused');
    await context.close();
    expect(complaints).toEqual([]);
  });

  it.each([
    ['campaign', '/campaigns/cmp_gone', 'All campaigns', 'Campaigns'],
    ['campaign', '/campaigns/a slip of the fingers', 'All campaigns', 'Campaigns'],
    ['campaign', '/campaigns/cmp_gone/edit/basics', 'All campaigns', 'Campaigns'],
    ['agent', '/agents/agt_gone', 'All agents', 'Agents'],
    ['call', '/review/call_gone', 'All calls', 'Calls'],
  ])('leads back to the others where there is no such %s: %s', async (what, path, others, heading) => {
    const { page, context } = await openConsolePage(browser, ringside.address);
    await page.evaluate((to) => {
      location.hash = to;
    }, path);
    await page.getByRole('heading', { name: `There is no such ${what}` }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: others }).press('Enter');
    await page.getByRole('heading', { name: heading, exact: true }).first().waitFor();
    await context.close();
  });
});
