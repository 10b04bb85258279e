import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const live = async (ringside: RunningRingside) =>
  (await ringside.invoke('calls.list', { live: true })).filter(({ state }) => state === 'live');

/** The number that a meter shows, 0 to 100. */
const level = async (page: Page, name: string) => Number(await page.getByRole('meter', { name }).getAttribute('aria-valuenow'));

/**
 * How loud what leaves the page's audio graph is: everything that is connected to the destination is also connected to an analyser.
 * To be called before the page makes its audio.
 */
async function hearThePage(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode | AudioParam) => unknown;
    AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode | AudioParam) {
      if (to instanceof AudioDestinationNode) {
        const analyser = new AnalyserNode(this.context, { fftSize: 2048 });
        connect.call(this, analyser);
        (window as unknown as { ear: AnalyserNode }).ear = analyser;
      }
      return connect.call(this, to);
    } as typeof AudioNode.prototype.connect;
  });
  return () =>
    page.evaluate(() => {
      const { ear } = window as unknown as { ear?: AnalyserNode };
      if (!ear) return 0;
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    });
}

describe('the board, while a rehearsal runs', () => {
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

  it('is watched, heard and left by keys alone, and never asks for a microphone', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    const loudness = await hearThePage(page);
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => {
        (window as unknown as { askedForMicrophone: boolean }).askedForMicrophone = true;
        return Promise.reject(new Error('Nobody may listen here.'));
      };
    });
    await page.reload();
    await page.getByRole('button', { name: /Start the rehearsal/ }).waitFor();
    await page.keyboard.press('r');
    await expect.poll(async () => (await live(ringside)).length, { timeout: 30_000 }).toBeGreaterThan(3);

    // Choose and open a call by keys.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const open = page.getByRole('complementary', { name: /^Open call/ });
    await open.waitFor();
    await expect
      .poll(() => open.getByRole('log').innerText(), { timeout: 15_000 })
      .toMatch(/assistant calling for Northside Plumbing|Hello/);
    await open.getByText('Answered').waitFor();
    await expect.poll(() => level(page, 'Level, our side'), { timeout: 10_000 }).toBeGreaterThan(20);
    expect(await loudness()).toBe(0);

    // Hanging up asks, with the focus on the safe answer.
    await page.keyboard.press('Shift+End');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('button', { name: 'Keep talking' }).waitFor();
    await expect.poll(focused).toBe('Keep talking');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Keep talking' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('Shift+End');
    await expect.poll(focused).toBe('Keep talking');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => (await ringside.invoke('calls.list', {})).some(({ endedBy }) => endedBy === 'operator'), { timeout: 15_000 })
      .toBe(true);

    // Hear the next one on which our side speaks: some only ring, or are about to end. At the end of the list are those that are over.
    let key = 'ArrowDown';
    const goOn = async () => {
      const before = page.url();
      await page.keyboard.press(key);
      await page.waitForTimeout(1_500);
      if (page.url() === before) key = key === 'ArrowDown' ? 'ArrowUp' : 'ArrowDown';
    };
    const ourLevelInNext = () => goOn().then(() => level(page, 'Level, our side'));
    await expect.poll(ourLevelInNext, { timeout: 40_000 }).toBeGreaterThan(20);
    await page.keyboard.press('l');
    await open.getByRole('button', { name: /Listening/ }).waitFor();
    await expect.poll(loudness, { timeout: 10_000 }).toBeGreaterThan(0.01);
    await expect.poll(async () => (await live(ringside)).some(({ listeners }) => listeners.length > 0)).toBe(true);
    // The next call in which somebody speaks is heard without another key; sound goes on.
    await expect.poll(() => goOn().then(loudness), { timeout: 40_000 }).toBeGreaterThan(0.005);
    await page.keyboard.press('l');
    await page.waitForTimeout(400);
    expect(await loudness()).toBeLessThan(1e-4);

    // Mark it.
    await page.keyboard.press('m');
    await page.getByRole('textbox', { name: /Note/ }).fill('Good question');
    await page.keyboard.press('Enter');
    await open.getByText('Good question').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => open.count()).toBe(0);

    // Pause and go on.
    await page.keyboard.press('p');
    await expect.poll(async () => (await ringside.invoke('campaigns.list')).filter(({ state }) => state === 'paused').length).toBe(1);
    await page.getByText('Paused').first().waitFor();
    const resume = page.getByRole('button', { name: /^Resume/ });
    await resume.first().click();
    await expect.poll(async () => (await ringside.invoke('campaigns.list')).filter(({ state }) => state === 'paused').length).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { askedForMicrophone?: boolean }).askedForMicrophone ?? false)).toBe(false);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('lets a person say that a machine picked up: the AI stops talking to it and leaves its message', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    const { id: agentId } = await ringside.invoke('agents.create', {
      name: 'Mia',
      instructions: 'Offer a check of the boiler.',
      greeting: 'Hello, is this a good time?',
      disclosure: 'This is an automated call.',
      voicemailMessage: 'This is Northside Plumbing. We will call again.',
    });
    const { id } = await ringside.invoke('calls.dial', {
      to: '+12125550111',
      from: '+12025550100',
      agentId,
      carrier: 'twilio',
      world: 'rehearsal',
      compliance: 'off',
      answeringMachine: 'leave-message',
    });
    const call = () => ringside.invoke('calls.get', { id });
    await expect.poll(async () => (await call()).transcript.filter(({ final }) => final).length, { timeout: 30_000 }).toBeGreaterThan(0);
    await page.evaluate((to) => {
      location.hash = to;
    }, `/board/${id}`);
    const open = page.getByRole('complementary', { name: /^Open call/ });
    await open.getByRole('heading', { name: 'Who picked up' }).waitFor();
    await page.keyboard.press('v');
    const asked = page.getByRole('dialog', { name: 'Who picked up' });
    await asked.getByRole('radio', { name: 'Voicemail' }).check();
    await asked.getByText('Mia does with it what was set for this call.').waitFor();
    await asked.getByRole('button', { name: 'Correct' }).click();
    await asked.waitFor({ state: 'hidden' });
    await open.getByText('Voicemail').first().waitFor();
    await expect.poll(async () => (await call()).disposition, { timeout: 60_000 }).toBe('voicemail-left');
    const { answerType, involvements, transcript } = await call();
    expect(answerType).toBe('machine');
    expect(involvements.map(({ action, detail }) => [action, detail])).toContainEqual(['corrected', 'machine']);
    expect(transcript.map(({ text }) => text).join(' ')).toContain('We will call again');
    await context.close();
    expect(complaints).toEqual([]);
  });
});

describe('a board that loses the bridge', () => {
  it('comes back with everything after a reload and after a crash of the bridge', async () => {
    await using folder = await (await import('#test/support/store.ts')).temporaryFolder();
    const { startRingside } = await import('#test/support/e2e/ringside.ts');
    const browser = await openBrowser();
    let ringside = await startRingside({ dataDir: folder.path });
    const port = Number(new URL(ringside.consoleUrl).port);
    try {
      const { page } = await openConsolePage(browser, ringside.address);
      await ringside.invoke('rehearsal.startSample');
      // Somebody who is interested talks for most of a minute; others may have hung up before the page is loaded again.
      const talker = async () => (await live(ringside)).find(({ to }) => to === '+12125550111');
      await expect.poll(async () => (await talker())?.id, { timeout: 30_000 }).toBeDefined();
      const call = await talker();
      const card = page.locator(`[data-call="${call?.id}"]`);
      await card.waitFor();
      const written = async () => (await ringside.invoke('calls.get', { id: call?.id })).transcript.filter(({ final }) => final).length;
      await expect.poll(written, { timeout: 30_000 }).toBeGreaterThan(0);
      const before = await written();
      await page.reload();
      await card.waitFor();
      await ringside.kill();
      await page
        .getByText(/behind/)
        .first()
        .waitFor({ timeout: 15_000 });
      // The figures that it had stay while it is gone.
      expect(await card.count()).toBe(1);
      ringside = await startRingside({ dataDir: folder.path, port });
      await expect.poll(() => page.getByText(/ behind/).count(), { timeout: 20_000 }).toBe(0);
      const kept = await ringside.invoke('calls.get', { id: call?.id });
      expect(kept.transcript.filter(({ final }) => final).length).toBeGreaterThanOrEqual(before);
    } finally {
      await browser.close();
      await ringside.stop();
    }
  });
});
