import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, themes } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';

describe.each(themes)('in %s, axe has no serious finding', (theme) => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  let page: Page;
  const paths = new Map<string, string>();
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([openBrowser(), startFresh()]);
    const { campaigns } = await ringside.invoke('rehearsal.startSample');
    ({ page } = await openConsolePage(browser, ringside.address, { theme }));
    const isLive = async () => (await ringside.invoke('calls.list', { live: true })).some(({ state }) => state === 'live');
    while (!(await isLive())) await page.waitForTimeout(250);
    const live = (await ringside.invoke('calls.list', { live: true })).find(({ state }) => state === 'live');
    paths.set('live call', `/board/${live?.id ?? ''}`);
    paths.set('campaign', `/campaigns/${campaigns[0]?.id ?? ''}`);
    paths.set('agent', `/agents/${campaigns[0]?.agentId ?? ''}`);
    paths.set('agent versions', `/agents/${campaigns[0]?.agentId ?? ''}/versions`);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });

  const look = async (path: string) => {
    await page.evaluate((to) => {
      location.hash = to;
    }, path);
    await page.waitForTimeout(1_200);
    return await findings(page);
  };

  it.each(['live call', 'campaign', 'agent', 'agent versions'])('on a %s', async (name) => {
    expect(await look(paths.get(name) ?? '/')).toEqual([]);
  });

  it.each([
    '/board',
    '/campaigns',
    '/campaigns/new/basics',
    '/campaigns/new/people',
    '/campaigns/new/schedule',
    '/agents',
    '/agents/new',
    '/review',
    '/review/search?q=morning',
    '/setup',
    '/settings',
  ])('on %s', async (path) => {
    expect(await look(path)).toEqual([]);
  });

  it('on an open palette, on the list of keys, and on a finished call', async () => {
    await page.keyboard.press('Control+K');
    await page.waitForTimeout(400);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+?');
    await page.waitForTimeout(400);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect
      .poll(async () => (await ringside.invoke('calls.list', { live: false })).filter(({ talkMs }) => talkMs > 5_000).length, {
        timeout: 60_000,
      })
      .toBeGreaterThan(0);
    const ended = (await ringside.invoke('calls.list', { live: false })).find(({ talkMs }) => talkMs > 5_000);
    expect(await look(`/review/${ended?.id ?? ''}`)).toEqual([]);
  });
});
