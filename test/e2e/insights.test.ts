import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Insights } from '#bridge/contract/insights.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { type OpenedPage, openBrowser, openConsolePage, openScreen, sizes, themes } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startRehearsed } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const dayMs = 86_400_000;

describe('the insights of a rehearsal', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  let opened: OpenedPage;
  let page: Page;
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
  beforeEach(async () => {
    opened = await openConsolePage(browser, ringside.address);
    ({ page } = opened);
    await openScreen(page, 'Insights');
    await page.getByRole('region', { name: 'Figures' }).waitFor();
  });
  afterEach(async () => {
    await opened.context.close();
    expect(opened.complaints).toEqual([]);
  });

  const go = (path: string) =>
    page.evaluate((to) => {
      location.hash = to;
    }, path);
  const figure = async (name: string) =>
    await page
      .getByRole('definition')
      .and(page.locator(`dt:text-is("${name}") + dd`))
      .innerText();
  /** What the bridge says of the last days. */
  const told = async (): Promise<Insights> => {
    const [since, until] = [Date.now() - 2 * dayMs, Date.now() + dayMs].map((ms) => new Date(ms).toISOString());
    return await ringside.invoke('insights.get', { world: 'rehearsal', since, until });
  };
  const rowsOf = (section: string) => page.getByRole('region', { name: section }).getByRole('listitem');

  it('add up, and lead to the same calls in Review', async () => {
    const { totals, dispositions, outcomes, ends } = await told();
    const { count } = await ringside.invoke('calls.count', { world: 'rehearsal' });
    expect([await figure('Dialled'), await figure('People reached'), await figure('Won')]).toEqual(
      [count, totals.people, totals.won].map(String),
    );
    expect(totals.people).toBeGreaterThan(0);
    for (const [section, rows] of [
      ['What came of it', dispositions],
      ['How the line ended', outcomes],
      ['Why calls ended', ends],
    ] as const) {
      expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(count);
      const [most] = rows;
      const row = rowsOf(section).first();
      await row.getByText(String(most?.calls), { exact: true }).waitFor();
      await row.getByRole('link').click();
      await page
        .getByRole('status')
        .getByText(`${most?.calls} ${most?.calls === 1 ? 'call' : 'calls'}`, { exact: true })
        .waitFor();
      await page.goBack();
    }
    await page.getByRole('link', { name: String(count), exact: true }).click();
    await page.getByRole('status').getByText(`${count} calls`, { exact: true }).waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/review\?since=\d{4}-\d\d-\d\d&until=\d{4}-\d\d-\d\d&world=rehearsal$/);
  });

  it('say that nobody was called and nothing spent', async () => {
    await page.getByRole('note').getByText('Nobody was called, nothing was spent.').waitFor();
    expect(await figure('Cost')).toBe('$0.00');
    const { totals } = await told();
    await page.getByText(`$${(totals.costMicros / 1_000_000).toFixed(2)} if real`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Real calls' }).click();
    await page.getByRole('heading', { name: 'No calls in these days' }).waitFor();
    expect(await page.getByRole('note').count()).toBe(0);
  });

  it('are read bar by bar with the keys, and Enter shows the calls of a day', async () => {
    const chart = page.getByRole('group', { name: /^Calls by day/ });
    const { totals } = await told();
    const today = chart.getByRole('link', { name: new RegExp(`: ${totals.dialled} dialled, ${totals.answered} answered`) });
    await today.focus();
    const readout = page.getByRole('region', { name: 'Calls by day' }).getByRole('paragraph');
    await readout.getByText(`${totals.dialled} dialled, ${totals.answered} answered, ${totals.people} people`).waitFor();
    await page.keyboard.press('ArrowLeft');
    await readout.getByText('nobody was dialled').waitFor();
    await page.keyboard.press('Home');
    expect(
      await chart
        .getByRole('link')
        .first()
        .evaluate((bar) => bar === document.activeElement),
    ).toBe(true);
    await page.keyboard.press('ArrowLeft');
    expect(
      await chart
        .getByRole('link')
        .first()
        .evaluate((bar) => bar === document.activeElement),
    ).toBe(true);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText(`${totals.dialled} calls`, { exact: true }).waitFor();
  });

  it('show the same as a table, and the hours of whoever was called', async () => {
    const { totals, hours } = await told();
    await page.getByRole('button', { name: 'Show calls by day as a table' }).click();
    const table = page.getByRole('region', { name: 'Calls by day' }).getByRole('table');
    expect(await table.getByRole('row').count()).toBe(8);
    const dialled = await table.getByRole('row').locator('td:nth-of-type(1)').allInnerTexts();
    expect(dialled.reduce((sum, text) => sum + Number(text), 0)).toBe(totals.dialled);

    const busiest = hours.toSorted((a, b) => b.dialled - a.dialled)[0];
    const picked = page.getByRole('region', { name: 'When people pick up' });
    await picked
      .getByRole('button', { name: new RegExp(`${busiest?.people} of ${busiest?.dialled} picked up`) })
      .first()
      .focus();
    await picked.getByRole('paragraph').getByText(`${busiest?.people} of ${busiest?.dialled} picked up`).waitFor();
  });

  it('keep what is asked for in the address, through a reload and a step back', async () => {
    const pressed = (name: string) => page.getByRole('button', { name, pressed: true }).waitFor();
    await pressed('Last 7 days');
    await page.getByRole('button', { name: 'Last 30 days' }).click();
    await page.getByRole('combobox', { name: 'Campaign' }).click();
    await page.getByRole('option').first().click();
    await page.waitForURL(/#\/insights\/\?range=last-30&campaign=/);
    await page.reload();
    await pressed('Last 30 days');
    expect(await page.getByRole('combobox', { name: 'Campaign' }).inputValue()).not.toBe('');
    await page.goBack();
    await page.goBack();
    await pressed('Last 7 days');
    expect(await page.getByRole('combobox', { name: 'Campaign' }).inputValue()).toBe('');
  });

  it('offer wider days where there were no calls', async () => {
    await go('/insights?since=2025-02-03&until=2025-02-04');
    await page.getByRole('heading', { name: 'No calls in these days' }).waitFor();
    await page.getByRole('button', { name: 'Show the last year' }).click();
    await page.getByRole('region', { name: 'Calls by week' }).waitFor();
  });

  it('follow a call that ends while somebody looks', async () => {
    const before = Number(await figure('Dialled'));
    const agent = await ringside.invoke('agents.create', {
      name: 'Mia',
      instructions: 'You are Mia. You offer a free check of pipes.',
      disclosure: 'This is Mia, an AI assistant. Say stop to be removed.',
      greeting: 'Would a free check of pipes interest you?',
    });
    const [person] = await ringside.invoke('rehearsal.people');
    const dial = { world: 'rehearsal', agentId: agent.id, carrier: 'twilio', to: person?.number, from: '+12025550100', compliance: 'off' };
    const call = await ringside.invoke('calls.dial', dial);
    await expect.poll(async () => (await ringside.invoke('calls.get', { id: call.id })).state, { timeout: 30_000 }).toBe('live');
    await ringside.invoke('calls.hangUp', { id: call.id });
    await expect.poll(() => figure('Dialled'), { timeout: 20_000 }).toBe(String(before + 1));
  }, 60_000);

  it.each(themes)('are without a serious finding of axe in %s, and every screen of the rail is in sight', async (theme) => {
    const { page: other, context } = await openConsolePage(browser, ringside.address, { theme, size: sizes[0] });
    await openScreen(other, 'Insights');
    await other.getByRole('region', { name: 'Figures' }).waitFor();
    expect(await findings(other)).toEqual([]);
    for (const name of ['Show calls by day as a table', 'Show when people pick up as a table'])
      await other.getByRole('button', { name }).click();
    expect(await findings(other)).toEqual([]);
    const rail = other.getByRole('navigation', { name: 'Screens' });
    const [box, last] = [await rail.boundingBox(), await rail.getByRole('link').last().boundingBox()];
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0));
    await context.close();
  });
});
