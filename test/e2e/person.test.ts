import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { readWav, toneShare } from '#test/support/audio.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { microphoneFlags, toneFile, watchMicrophone } from '#test/support/e2e/microphone.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';
import { temporaryFolder } from '#test/support/store.ts';

/** Not a harmonic of anything that the simulated voices say. */
const toneHz = 1_320;
const long = { timeout: 25_000 };

describe('a person in a call', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    [browser, ringside] = await Promise.all([
      toneFile(folder.path, toneHz).then((file) => openBrowser(microphoneFlags(file))),
      startFresh(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  afterEach(async () => {
    for (const { id } of await ringside.invoke('calls.list', { live: true })) {
      await ringside.invoke('calls.hangUp', { id }).catch(() => {});
      await expect.poll(async () => (await read(id)).state).toBe('ended');
    }
  });

  beforeSecondTry(async () => {
    for (const context of browser.contexts()) await context.close();
    for (const { id } of await ringside.invoke('colleagues.list')) await ringside.invoke('colleagues.remove', { id });
  });

  const read = (id: string): Promise<Call> => ringside.invoke('calls.get', { id });
  const holder = async (id: string) => (await read(id)).holder?.kind ?? null;

  /** A call on which somebody talks for a minute, after the AI has introduced itself. */
  async function begin(carrier: CarrierName): Promise<Call> {
    const agent = await ringside.invoke('agents.create', {
      name: 'Mia',
      instructions: 'You are Mia. You offer a free check of pipes.',
      disclosure: 'This is Mia, an AI assistant. Say stop to be removed.',
      greeting: 'Would a free check of pipes interest you?',
    });
    const people = await ringside.invoke('rehearsal.people');
    const person = people.find(({ description }) => description.includes('names a time')) ?? people[0];
    const { id } = await ringside.invoke('calls.dial', {
      world: 'rehearsal',
      agentId: agent.id,
      carrier,
      to: person?.number,
      from: '+12025550100',
      compliance: 'off',
    });
    await expect
      .poll(async () => (await read(id)).transcript.filter(({ speaker, final }) => speaker === 'ai' && final).length, long)
      .toBeGreaterThan(1);
    return await read(id);
  }

  async function openCall(page: Page, call: Call): Promise<ReturnType<Page['getByRole']>> {
    await page.evaluate((id) => {
      location.hash = `/board/${id}`;
    }, call.id);
    const open = page.getByRole('complementary', { name: /^Open call/ });
    await open.waitFor();
    return open;
  }

  async function goOnDuty(page: Page): Promise<void> {
    await page.keyboard.press('o');
    await page.getByRole('button', { name: 'Go on duty' }).press('Enter');
    await page.getByRole('button', { name: 'On duty', exact: true }).waitFor();
    await page.getByText('It is not on any line.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  }

  /** In how much of a time the tone is heard, 0 to 1, by windows of 50 ms: a frame that came late breaks one of them. @param channel 0 the lead, 1 our side */
  async function recorded(call: Call, channel: number, fromMs: number, toMs: number): Promise<number> {
    const answer = await fetch(`${ringside.consoleUrl}/recordings/${call.id}.wav`, {
      headers: { authorization: `Bearer ${ringside.token}` },
    });
    const audio = readWav(new Uint8Array(await answer.arrayBuffer()));
    const samples = audio.channels[channel] ?? new Int16Array();
    const windows = Array.from({ length: Math.floor((toMs - fromMs) / 50) }, (_, at) => fromMs + at * 50);
    const heard = windows.filter((at) => toneShare(samples, toneHz, at, at + 50, audio.sampleRateHz) > 0.7);
    return heard.length / windows.length;
  }

  it.each(['twilio', 'plivo'] as const)(
    'takes a call over %s, is heard, gives it back with a note, and steps back, by keys alone',
    async (carrier) => {
      const { page, context, complaints } = await openConsolePage(browser, ringside.address);
      const microphone = await watchMicrophone(page);
      await page.reload();
      const call = await begin(carrier);
      const open = await openCall(page, call);
      await open.getByRole('button', { name: /Listen/, disabled: false }).waitFor();
      await page.keyboard.press('l');
      await open.getByRole('button', { name: /Listening/ }).waitFor();
      await page.keyboard.press('ArrowLeft');
      await open.getByText(/behind/).waitFor();
      await page.keyboard.press('End');
      await open.getByText('Live', { exact: true }).first().waitFor();
      expect(await microphone()).toEqual({ asked: 0, live: 0 });

      // Off duty there is nothing to speak with: the key shows where the microphone is asked for, and asks for none by itself.
      await page.keyboard.press('t');
      await page.getByRole('dialog', { name: 'Go on duty' }).waitFor();
      expect((await microphone()).asked).toBe(0);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      // However soon it is pressed, it closes the panel and not what is behind.
      for (let times = 0; times < 3; times += 1) {
        await page.keyboard.press('t');
        await page.keyboard.press('Escape');
        await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
        expect(await open.count()).toBe(1);
      }
      await goOnDuty(page);
      expect(await microphone()).toEqual({ asked: 1, live: 1 });

      await page.keyboard.press('t');
      const strip = page.getByRole('region', { name: 'You are live' });
      await strip.getByText(/You are live with/).waitFor();
      await expect.poll(() => holder(call.id)).toBe('operator');
      await open.getByText(/You took over/).waitFor();
      // However soon it is pressed, it closes what asks, and the call is not left for that.
      for (const key of ['m', 'x', 'Shift+End', 'Shift+?', 'ControlOrMeta+k']) {
        await page.keyboard.press(key);
        await page.keyboard.press('Escape');
        await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
        expect(await holder(call.id)).toBe('operator');
      }
      await page.waitForTimeout(2_500);
      await page.keyboard.press('n');
      await page.keyboard.type('They would like Friday at two.');
      await page.keyboard.press('Enter');
      await expect.poll(() => strip.count()).toBe(0);
      await open.getByText(/You gave the call back to Mia. Note: They would like Friday at two/).waitFor();
      const spokeAfter = async () => {
        const { transcript, involvements } = await read(call.id);
        const back = involvements.find(({ action }) => action === 'gave-back')?.startMs ?? Number.POSITIVE_INFINITY;
        return transcript.filter(({ speaker, startMs }) => speaker === 'ai' && startMs >= back).length;
      };
      await expect.poll(spokeAfter, long).toBeGreaterThan(0);

      // Long enough for the recording to show that nobody of ours is heard now.
      await page.waitForTimeout(1_000);
      // Once more, and away at once.
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press('t');
      await expect.poll(() => holder(call.id)).toBe('operator');
      await page.waitForTimeout(1_000);
      await page.keyboard.press('Escape');
      await expect.poll(() => holder(call.id)).toBe('ai');
      await open.getByText(/You stepped back/).waitFor();
      expect(await strip.count()).toBe(0);
      // The call is still open: Escape belonged to the microphone.
      expect(await open.count()).toBe(1);

      await ringside.invoke('calls.hangUp', { id: call.id });
      await expect.poll(async () => (await read(call.id)).state).toBe('ended');
      const { involvements } = await read(call.id);
      const [first, second] = involvements.filter(({ action }) => action === 'took-over');
      const span = ({ startMs = 0, endMs = 0 }: { startMs?: number; endMs?: number | null } = {}) => [startMs, endMs ?? 0] as const;
      const [from, to] = span(first);
      expect(await recorded(call, 1, from + 700, to - 300)).toBeGreaterThan(0.8);
      expect(await recorded(call, 1, 0, from - 200)).toBeLessThan(0.05);
      expect(await recorded(call, 1, to + 500, span(second)[0] - 200)).toBeLessThan(0.05);
      expect(await recorded(call, 0, 0, to)).toBeLessThan(0.05);

      await page.keyboard.press('o');
      await page.getByRole('button', { name: 'Go off duty' }).click();
      expect(await microphone()).toEqual({ asked: 1, live: 0 });
      await context.close();
      expect(complaints).toEqual([]);
    },
  );

  it('is silent while muted, and heard while Space is held', async () => {
    const { page, context } = await openConsolePage(browser, ringside.address);
    await watchMicrophone(page);
    await page.reload();
    const call = await begin('twilio');
    await openCall(page, call);
    await goOnDuty(page);
    await page.keyboard.press('t');
    await expect.poll(() => holder(call.id)).toBe('operator');
    await page.keyboard.press('u');
    await page.waitForTimeout(300);
    const muted = Date.now();
    // Longer than a dead line would be waited for.
    await page.waitForTimeout(3_000);
    expect(await holder(call.id)).toBe('operator');
    const pressed = Date.now();
    await page.keyboard.down('Space');
    await page.waitForTimeout(1_500);
    await page.keyboard.up('Space');
    const released = Date.now();
    await page.waitForTimeout(500);
    await page.keyboard.press('b');
    await expect.poll(() => holder(call.id)).toBe('ai');
    await ringside.invoke('calls.hangUp', { id: call.id });
    await expect.poll(async () => (await read(call.id)).state).toBe('ended');
    const answeredMs = Date.parse((await read(call.id)).answeredAt ?? '');
    const at = (ms: number) => ms - answeredMs;
    expect(await recorded(call, 1, at(muted) + 300, at(pressed) - 300)).toBeLessThan(0.05);
    expect(await recorded(call, 1, at(pressed) + 500, at(released) - 300)).toBeGreaterThan(0.8);
    await context.close();
  });

  it('coaches the AI, and sees which sentence used the hint', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    const call = await begin('twilio');
    const open = await openCall(page, call);
    await page.keyboard.press('c');
    await page.keyboard.type('Offer Saturday morning');
    await page.keyboard.press('Enter');
    await open.getByText('Offer Saturday morning').waitFor();
    await open.getByText(/to Mia only/).waitFor();
    await expect.poll(async () => (await read(call.id)).nudges[0]?.state, long).toBe('used');
    await open.getByText(/Used at/).waitFor();
    // A second one is taken back with an empty box before anybody could use it.
    await page.keyboard.type('Never mind');
    await page.keyboard.press('Enter');
    await open.getByText('Never mind').waitFor();
    await page.keyboard.press('Backspace');
    await expect.poll(async () => ['withdrawn', 'used'].includes((await read(call.id)).nudges[1]?.state ?? '')).toBe(true);
    await ringside.invoke('calls.hangUp', { id: call.id });
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('hands a call to a colleague, who hears what it is about and takes it', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await ringside.invoke('colleagues.save', { name: 'Dana', number: '+12025550199', hours: null, onDuty: true });
    const call = await begin('twilio');
    const open = await openCall(page, call);
    await page.keyboard.press('x');
    await page.getByRole('radio', { name: /Dana/ }).waitFor();
    expect(await page.getByLabel('What they hear first').inputValue()).toMatch(/on a call with Mia/);
    // Cold asks once more, with the focus on the safe answer.
    await page.getByRole('button', { name: 'Cold' }).click();
    await page.getByRole('button', { name: 'Put through' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Not yet');
    await page.keyboard.press('Enter');
    expect((await read(call.id)).transfer).toBeNull();
    await page.getByRole('button', { name: 'Warm' }).click();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Call them' }).click();
    await open.getByText(/Dana’s phone rings/).waitFor();
    await open.getByText('Dana has the call').first().waitFor(long);
    await expect.poll(async () => (await read(call.id)).holder?.kind, long).toBe('colleague');
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('is told who has the call, can ask for it, and sees the AI take it back when that console dies', async () => {
    const first = await openConsolePage(browser, ringside.address);
    const second = await openConsolePage(browser, ringside.address);
    const call = await begin('plivo');
    await openCall(first.page, call);
    const theirs = await openCall(second.page, call);
    await goOnDuty(first.page);
    await goOnDuty(second.page);
    await first.page.keyboard.press('t');
    await expect.poll(() => holder(call.id)).toBe('operator');
    await theirs.getByRole('button', { name: /Ask for it/ }).waitFor();
    await second.page.keyboard.press('t');
    await first.page.getByText(/asks for this call/).waitFor();
    expect(await second.page.getByRole('region', { name: 'You are live' }).count()).toBe(0);
    await first.context.close();
    await expect.poll(() => holder(call.id)).toBe('ai');
    await theirs.getByText(/took the call back by itself/).waitFor();
    await theirs.getByRole('button', { name: /Take over/ }).waitFor();
    await ringside.invoke('calls.hangUp', { id: call.id });
    await second.context.close();
  });

  it('hears in words what to do when the microphone is refused', async () => {
    const { page, context } = await openConsolePage(browser, ringside.address);
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await page.reload();
    await page.getByRole('button', { name: 'Off duty' }).click();
    await page.getByRole('button', { name: 'Go on duty' }).click();
    await page.getByText(/The microphone is not allowed.*then go on duty again/).waitFor();
    await page.getByRole('button', { name: 'Off duty' }).waitFor();
    await context.close();
  });
});
