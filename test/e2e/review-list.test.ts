import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { endCause } from '#bridge/contract/diagnosis.ts';
import { callId } from '#bridge/contract/ids.ts';
import { disposition, outcome } from '#bridge/contract/words.ts';
import { endCauses } from '#bridge/domain/end-cause.ts';
import { openBrowser, openConsolePage, openScreen, sizes } from '#test/support/e2e/browser.ts';
import { type MadeUpConsole, startMadeUpConsole } from '#test/support/e2e/made-up-console.ts';
import { aCall } from '#test/support/fake-calls.ts';

/** One call of each way in which a call can end. */
const calls: readonly Call[] = [
  ...endCause.options.map((cause) => ({ end: { cause, fault: endCauses[cause].fault, words: endCauses[cause].words } })),
  ...outcome.options.map((one) => ({ outcome: one })),
  ...disposition.options.map((one) => ({ disposition: one })),
].map((change, index) => aCall({ ...change, id: callId.parse(`call_${index}`), leadName: 'Ella Johansson', rung: 'announcement' }));

describe('the list of calls', () => {
  let browser: Browser;
  let side: MadeUpConsole;
  beforeAll(async () => {
    [browser, side] = await Promise.all([openBrowser(), startMadeUpConsole({ calls })]);
  });
  afterAll(async () => {
    await browser.close();
    await side.close();
  });

  it.each(sizes)('says how each call ended without cutting a word, in a window of $width', async ({ width }) => {
    const { page, context } = await openConsolePage(browser, side.address, { size: { width, height: 2_400 } });
    await openScreen(page, 'Review');
    await expect.poll(() => page.locator('tr[data-row] a').count()).toBe(calls.length);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('tr[data-row] :is(td, td span, td a)')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth && clientWidth > 1)
        .map(({ innerText }) => innerText),
    );
    expect(cut).toEqual([]);
    await context.close();
  });
});
