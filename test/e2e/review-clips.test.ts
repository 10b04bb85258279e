import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { readWav } from '#test/support/audio.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, themes } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

/** Long enough for a clip that somebody moves about in. */
const talkLeastMs = 15_000;

describe('cutting what was said', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  let call: Call;
  const prepare = async () => {
    ringside = await startFresh();
    await ringside.invoke('rehearsal.startSample');
    const longOne = async () => (await ringside.invoke('calls.list', { live: false })).find(({ talkMs }) => talkMs > talkLeastMs);
    let found = await longOne();
    for (; !found; found = await longOne()) await new Promise((resume) => setTimeout(resume, 500));
    call = await ringside.invoke('calls.get', { id: found.id });
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

  const open = async (atMs: number, theme?: (typeof themes)[number]) => {
    const opened = await openConsolePage(browser, ringside.address, theme ? { theme } : {});
    await opened.page.evaluate((to) => {
      location.hash = to;
    }, `/review/${call.id}?at=${atMs}`);
    await opened.page.getByRole('button', { name: 'Play Space' }).waitFor();
    await expect.poll(() => playhead(opened.page)).toBe(Math.floor(atMs / 1_000));
    return opened;
  };
  const now = () => ringside.invoke('calls.get', { id: call.id });

  it('sets a mark with a note at the playhead', async () => {
    const { page, context, complaints } = await open(6_500);
    await page.keyboard.press('m');
    const note = page.getByRole('dialog', { name: 'Mark' }).getByLabel('Note on 0:06, if you like');
    await expect.poll(() => hasFocus(note)).toBe(true);
    await page.keyboard.type('A calm opening');
    await page.keyboard.press('Enter');
    await about(page).getByRole('button', { name: '0:06 A calm opening' }).waitFor();
    // It stands on the waveform too.
    await page.getByTitle('A calm opening, 0:06').waitFor({ state: 'attached' });
    expect((await now()).marks.map(({ offsetMs, note }) => ({ offsetMs, note }))).toEqual([{ offsetMs: 6_500, note: 'A calm opening' }]);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('takes a mark away, from the list and from the waveform', async () => {
    const set = await ringside.invoke('calls.mark', { id: call.id, offsetMs: 12_000, note: 'A slip' });
    const { page, context, complaints } = await open(6_500);
    const row = about(page).getByRole('button', { name: '0:12 A slip' });
    await row.waitFor();
    await about(page).getByRole('button', { name: 'Remove the mark at 0:12' }).click();
    await row.waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByTitle('A slip, 0:12').count()).toBe(0);
    await expect.poll(async () => (await now()).marks.some(({ id }) => id === set.id), { timeout: 15_000 }).toBe(false);
    await page.reload();
    await about(page).waitFor();
    expect(await row.count()).toBe(0);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('cuts a clip by keys alone, and gives its file away', async () => {
    const { page, context, complaints } = await open(6_500);
    await page.keyboard.press('i');
    const dialog = page.getByRole('dialog', { name: 'Clip' });
    await dialog.waitFor();
    const [from, to] = [dialog.getByLabel('From', { exact: true }), dialog.getByLabel('To', { exact: true })];
    const [start, end] = [page.getByRole('slider', { name: 'Start of the clip' }), page.getByRole('slider', { name: 'End of the clip' })];
    // The time of the start is selected.
    await expect.poll(() => hasFocus(from)).toBe(true);
    await page.keyboard.type('0:0');
    await page.keyboard.press('Enter');
    await dialog.getByText('Write it as 1:02 or 1:02.5').waitFor();
    await page.keyboard.type('2.5');
    await page.keyboard.press('Enter');
    await expect.poll(() => start.getAttribute('aria-valuetext')).toBe('0:02.5');
    for (let key = 0; key < 3; key++) await page.keyboard.press('Tab');
    expect(await hasFocus(to)).toBe(true);
    await page.keyboard.type('0:05');
    await page.keyboard.press('Tab');
    await expect.poll(() => end.getAttribute('aria-valuetext')).toBe('0:05.0');
    await page.keyboard.press('Space');
    await expect.poll(() => to.inputValue()).toBe('0:04.0');

    await end.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await to.inputValue()).toBe('0:05.1');
    expect(await end.getAttribute('aria-valuenow')).toBe('5.1');
    await start.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await from.inputValue()).toBe('0:02.4');
    // The keys of the page did nothing of theirs meanwhile.
    expect(await playhead(page)).toBe(6);

    await dialog.getByLabel('Note, if you like').focus();
    await page.keyboard.type('For training');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    const list = about(page).getByRole('region', { name: 'Clips' });
    await list.getByRole('button', { name: 'Play 0:02.4\u20130:05.1' }).waitFor();
    await list.getByText('For training').waitFor();
    expect((await now()).clips).toMatchObject([{ fromMs: 2_400, toMs: 5_100, note: 'For training' }]);

    const begun = page.waitForEvent('download');
    await list.getByRole('button', { name: 'Save 0:02.4\u20130:05.1' }).press('Enter');
    const download = await begun;
    expect(download.suggestedFilename()).toBe(`call-${call.leadName?.replaceAll(' ', '-')}-0m02s.wav`);
    expect(lengthOf(await readFile(await download.path()))).toBe(2_700);
    const { status, ms } = await fetchStretch(page, download.url());
    expect([status, ms]).toEqual([200, 2_700]);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('drags the ends of a clip, which stay before each other', async () => {
    const { page, context } = await open(6_500);
    await page.getByRole('button', { name: 'Clip I' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clip' });
    const [from, to] = [dialog.getByLabel('From', { exact: true }), dialog.getByLabel('To', { exact: true })];
    await from.fill('0:05');
    await from.press('Enter');
    await to.fill('0:07');
    await to.press('Enter');
    const durationMs = call.recording?.durationMs ?? 0;
    const wave = await page.getByRole('slider', { name: 'Position in the call' }).boundingBox();
    const handle = await page.getByRole('slider', { name: 'End of the clip' }).boundingBox();
    if (!wave || !handle) throw new Error('There is nothing to drag.');
    const asked = await dialog.boundingBox();
    expect(asked?.y).toBeGreaterThan(handle.y + handle.height);
    const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
    const secondPx = (wave.width * 1_000) / durationMs;
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + secondPx, y, { steps: 4 });
    expect(await to.inputValue()).toBe('0:08.0');
    await page.mouse.move(x - 6 * secondPx, y, { steps: 4 });
    await page.mouse.up();
    expect([await from.inputValue(), await to.inputValue()]).toEqual(['0:05.0', '0:05.2']);
    // Dragging an end is no pointing at a moment, and leaving keeps nothing.
    expect(await playhead(page)).toBe(6);
    const before = (await now()).clips ?? [];
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect((await now()).clips ?? []).toEqual(before);
    expect(page.url()).toContain(call.id);
    await context.close();
  });

  it('plays a clip to its end and no further', async () => {
    await ringside.invoke('calls.clip', { id: call.id, fromMs: 1_000, toMs: 2_500 });
    const { page, context, complaints } = await open(6_500);
    await about(page).getByRole('button', { name: 'Play 0:01.0\u20130:02.5' }).click();
    const sound = () =>
      page.evaluate(() => ({ at: document.querySelector('audio')?.currentTime, paused: document.querySelector('audio')?.paused }));
    await expect.poll(sound, { timeout: 10_000 }).toMatchObject({ paused: false });
    expect((await sound()).at).toBeLessThan(2.5);
    await expect.poll(sound, { timeout: 10_000 }).toEqual({ at: 2.5, paused: true });
    await page.getByRole('button', { name: 'Play Space' }).waitFor();
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('takes a removal back, and does it when nobody does', async () => {
    await ringside.invoke('calls.clip', { id: call.id, fromMs: 3_000, toMs: 4_000, note: 'Stays' });
    await ringside.invoke('calls.clip', { id: call.id, fromMs: 8_000, toMs: 9_000, note: 'Goes' });
    const { page, context, complaints } = await open(6_500);
    const stays = about(page).getByRole('button', { name: 'Play 0:03.0\u20130:04.0' });
    const goes = about(page).getByRole('button', { name: 'Play 0:08.0\u20130:09.0' });
    await about(page).getByRole('button', { name: 'Remove 0:03.0\u20130:04.0' }).click();
    await stays.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await stays.waitFor();
    await about(page).getByRole('button', { name: 'Remove 0:08.0\u20130:09.0' }).click();
    await goes.waitFor({ state: 'hidden' });
    await expect.poll(async () => (await now()).clips?.some(({ note }) => note === 'Goes'), { timeout: 15_000 }).toBe(false);
    await page.reload();
    await stays.waitFor();
    expect(await goes.count()).toBe(0);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('does a removal at once when the page is left', async () => {
    await ringside.invoke('calls.clip', { id: call.id, fromMs: 6_000, toMs: 7_000, note: 'Goes at once' });
    const { page, context, complaints } = await open(6_500);
    await about(page).getByRole('button', { name: 'Remove 0:06.0\u20130:07.0' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await page.reload();
    await expect.poll(async () => (await now()).clips?.some(({ note }) => note === 'Goes at once'), { timeout: 2_000 }).toBe(false);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it.each(themes)('has no serious finding of axe in %s', async (theme) => {
    await ringside.invoke('calls.clip', { id: call.id, fromMs: 3_000, toMs: 4_000, note: 'For training' });
    await ringside.invoke('calls.mark', { id: call.id, offsetMs: 9_000, note: 'Good' });
    const { page, context } = await open(6_500, theme);
    await page.keyboard.press('m');
    await page.getByRole('dialog', { name: 'Mark' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    const dialog = page.getByRole('dialog', { name: 'Clip' });
    await dialog.getByLabel('To', { exact: true }).fill('9:00');
    await dialog.getByText('The call ends at').waitFor();
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await about(page)
      .getByRole('button', { name: /^Remove / })
      .first()
      .click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    // The notice comes in from the side; half of it is not yet there to be read.
    await page.waitForTimeout(600);
    expect(await findings(page)).toEqual([]);
    await context.close();
  });
});

const about = (page: Page) => page.getByRole('complementary', { name: 'About this call' });

/** Where the playhead is, in whole seconds. */
const playhead = async (page: Page) =>
  Number(await page.getByRole('slider', { name: 'Position in the call' }).getAttribute('aria-valuenow'));

const hasFocus = (field: Locator) => field.evaluate((element) => element === document.activeElement);

/** How long a file says it is, by its head and to the millisecond. */
function lengthOf(file: Uint8Array): number {
  const { durationMs } = readWav(file);
  return Math.round(durationMs);
}

/** Read a file as the page can, with the ticket in its address. */
async function fetchStretch(page: Page, url: string): Promise<{ readonly status: number; readonly ms: number }> {
  const { status, content } = await page.evaluate(async (address) => {
    const answer = await fetch(address);
    return { status: answer.status, content: [...new Uint8Array(await answer.arrayBuffer())] };
  }, url);
  return { status, ms: lengthOf(Uint8Array.from(content)) };
}
