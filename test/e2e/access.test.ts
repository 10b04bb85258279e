import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, themes } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe.each(themes)('in %s, axe has no serious finding', (theme) => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  let page: Page;
  const paths = new Map<string, string>();
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([
      openBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']),
      startFresh(),
    ]);
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
  beforeSecondTry(async () => {
    await page.context().close();
    ({ page } = await openConsolePage(browser, ringside.address, { theme }));
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
    '/campaigns/new/agent',
    '/campaigns/new/schedule',
    '/campaigns/new/check',
    '/agents',
    '/agents/new',
    '/review',
    '/review/search?q=morning',
    '/insights',
    '/setup',
    ...['world', 'carrier', 'voice', 'way-in', 'prove', 'call'].map((step) => `/setup/guide/${step}`),
    ...['you', 'defaults', 'spending', 'colleagues', 'scorecard', 'alerts', 'do-not-call', 'data', 'appearance', 'keys'].map(
      (section) => `/settings/${section}`,
    ),
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
    await page.getByRole('button', { name: 'See what passed on the wire' }).click();
    await page.getByRole('dialog', { name: 'What passed on the wire' }).waitFor();
    await page.waitForTimeout(400);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('on a call that this person has, and on what asks before it ends', async () => {
    // The sample calls the same people.
    await expect
      .poll(async () => (await ringside.invoke('campaigns.list')).filter(({ state }) => state === 'running').length, { timeout: 90_000 })
      .toBe(0);
    const people = await ringside.invoke('rehearsal.people');
    const agent = await ringside.invoke('agents.create', {
      name: 'Mia',
      instructions: 'You are Mia. You offer a free check of pipes.',
      disclosure: 'This is Mia, an AI assistant. Say stop to be removed.',
      greeting: 'Would a free check of pipes interest you?',
    });
    const call = await ringside.invoke('calls.dial', {
      world: 'rehearsal',
      agentId: agent.id,
      carrier: 'twilio',
      to: (people.find(({ description }) => description.includes('names a time')) ?? people[0])?.number,
      from: '+12025550100',
      compliance: 'off',
    });
    await expect.poll(async () => (await ringside.invoke('calls.get', { id: call.id })).state, { timeout: 30_000 }).toBe('live');
    await look(`/board/${call.id}`);
    await page.keyboard.press('o');
    await page.getByRole('dialog', { name: 'Go on duty' }).waitFor();
    await page.waitForTimeout(400);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('It is not on any line.').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('t');
    await page
      .getByRole('region', { name: 'You are live' })
      .getByText(/You are live with/)
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: /^Hang up/ }).click();
    await page.waitForTimeout(400);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await ringside.invoke('calls.hangUp', { id: call.id });
  }, 180_000);

  it('on a line that nobody has proven, on one that breaks, and on one that holds', async () => {
    expect(await look('/line')).toEqual([]);
    await page.getByRole('button', { name: 'Real line' }).click();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page
      .getByRole('status')
      .getByText(/^Broken at step/)
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Rehearsal' }).click();
    await page.getByRole('button', { name: 'Prove again' }).click();
    await page.getByRole('status').getByText('Works', { exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);
  }, 60_000);
});
