import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { callId, campaignId } from '#bridge/contract/ids.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, themes } from '#test/support/e2e/browser.ts';
import { type MadeUpConsole, startMadeUpConsole } from '#test/support/e2e/made-up-console.ts';
import { aCall, aCampaign, FakeCampaigns } from '#test/support/fake-calls.ts';

const smallest = { width: 1280, height: 800 };
/** Of the calls, the gravest first. */
const reasons = [
  'Asked for a human twice, and nobody has come so far',
  'Asked not to be called again. The call is landing',
  'Nobody has said anything for 12 s',
  'The AI could not look up the open slots twice',
  'Talks of the price',
];
const levels = ['act', 'act', 'look', 'look', 'look'] as const;

class TwoCampaigns extends FakeCampaigns {
  override list(): readonly Campaign[] {
    return ['cmp_1', 'cmp_2'].map((id) =>
      aCampaign({ id: campaignId.parse(id), name: `Boiler checks ${id}`, state: 'running', startedAt: new Date().toISOString() }),
    );
  }
}

/** A live call that needs somebody, with as many words as a card can have. */
function needy(reason: string, index: number): Call {
  const level = levels[index] ?? 'look';
  const at = new Date(Date.now() - (index + 20) * 1_000).toISOString();
  return aCall({
    id: callId.parse(`call_${index}`),
    leadName: `Maria-Magdalena Featherstonehaugh ${index}`,
    leadZone: 'America/Los_Angeles',
    leadPlace: 'San Francisco',
    state: 'live',
    stateSince: at,
    speaking: 'lead',
    thinking: false,
    speakingSince: at,
    startedAt: at,
    answeredAt: at,
    endedAt: null,
    endedBy: null,
    endedReason: null,
    outcome: null,
    disposition: null,
    lastLine: 'We had somebody here last year, he was very friendly, and then the boiler broke again in the very same week.',
    lastSpeaker: 'lead',
    attention: { level, reason, since: at },
  });
}

describe.each(themes)('a board of five calls that need somebody, in %s', (theme) => {
  let browser: Browser;
  let side: MadeUpConsole;
  let page: Page;
  beforeAll(async () => {
    [browser, side] = await Promise.all([openBrowser(), startMadeUpConsole({ calls: reasons.map(needy), campaigns: new TwoCampaigns() })]);
    ({ page } = await openConsolePage(browser, side.address, { theme, size: smallest }));
    await page.locator('[data-call]').last().waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await side.close();
  });

  const card = (index: number) => page.locator(`[data-call="call_${index}"]`);

  it('shows every reason whole in the smallest window, beneath a rehearsal of two campaigns', async () => {
    await page.getByText('Simulated people').waitFor();
    const list = await page.getByRole('listbox').boundingBox();
    const isInSight = async (part: Locator) => {
      const box = await part.boundingBox();
      return box !== null && list !== null && box.y >= list.y && box.y + box.height <= list.y + list.height;
    };
    for (const [index, reason] of reasons.entries()) {
      const words = card(index).getByText(reason, { exact: true });
      expect(await isInSight(words), reason).toBe(true);
      const cut = await words.evaluate((b) => [b.scrollWidth - b.clientWidth, b.scrollHeight - b.clientHeight]);
      expect(cut, reason).toEqual([0, 0]);
      expect(await isInSight(card(index)), `the card of ${reason}`).toBe(true);
    }
  });

  it('takes an answer to the need of the chosen call by a key', async () => {
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => card(0).evaluate((element) => element === document.activeElement)).toBe(true);
    // Keys stand on the call that they would act on, and on no other.
    const keys = await Promise.all(reasons.map((_, index) => card(index).locator('kbd').allInnerTexts()));
    expect(keys).toEqual([['0', 'L', 'T'], [], [], [], []]);
    await page.keyboard.press('0');
    await expect.poll(() => side.calls.done).toEqual(['not needed call_0']);
    await page.keyboard.press('ArrowUp');
  });

  it('stops the clocks of the calls when the bridge has stopped, greys them, and moves no card', async () => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const open = page.getByRole('complementary', { name: /^Open call/ });
    const head = open.locator('header');
    await head.waitFor();
    // The lead's own time goes on: it is a clock, and nothing that was heard of the call.
    const counted = (text: string) => text.replace(/\d+:\d\d [AP]M/, '');
    const length = async () => counted(await card(2).innerText());
    const running = await length();
    await expect.poll(length).not.toBe(running);
    const ink = (text: RegExp) =>
      card(2)
        .getByText(text)
        .first()
        .evaluate((element) => getComputedStyle(element).color);
    const fresh = await ink(/^Lead speaking/);
    const top = (await card(2).boundingBox())?.y;
    await side.close();
    await page.getByText(/^Board is/).waitFor();
    const [stopped, stoppedHead] = [await length(), counted(await head.innerText())];
    await page.waitForTimeout(3_000);
    expect(await length()).toBe(stopped);
    expect(counted(await head.innerText())).toBe(stoppedHead);
    expect(await ink(/^Lead speaking/)).not.toBe(fresh);
    expect((await card(2).boundingBox())?.y).toBe(top);
    expect(await findings(page)).toEqual([]);
  });
});
