import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Criterion, scorecard } from '#bridge/contract/scores.ts';
import { type BridgeRig, openBridgeRig } from '#test/support/bridge-rig.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, themes } from '#test/support/e2e/browser.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const card = scorecard.parse([
  { id: 'criterion_offer', question: 'Was the offer said in one sentence?', weight: 30, isFatal: false, measure: null },
  { id: 'criterion_heard', question: 'Was the disclosure heard?', weight: 10, isFatal: true, measure: 'disclosure-heard' },
]);

describe('the questions of the scorecard', () => {
  let browser: Browser;
  let rig: BridgeRig;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    rig = await openBridgeRig({ host: { rendererDir } });
    ({ page } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`));
  });
  afterAll(async () => {
    await browser.close();
    await rig[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await rig.invoke('settings.update', { scorecard: card });
    await page.goto(`${rig.bridge.console.url}/#/settings/scorecard`);
    await page.reload();
    await question(1).waitFor();
  });

  const question = (place: number) => page.getByRole('textbox', { name: `Question ${place}`, exact: true });
  const shares = () => page.getByRole('row').locator('td:nth-of-type(4)').allInnerTexts();
  const hasFocus = (label: string) =>
    expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(label);
  const saved = async (): Promise<readonly Criterion[]> => (await rig.invoke('settings.get', {})).scorecard;

  it('are written, weighed and kept, each with what answers it', async () => {
    expect(await shares()).toEqual(['75%', '25%']);
    await page.getByRole('button', { name: 'Add a question' }).click();
    await hasFocus('Question 3');
    await page.getByText('Question 3 has no words.').waitFor();
    expect(await page.getByRole('button', { name: /^Save/ }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.type('Did replies come promptly?');
    await page.getByLabel('Weight of question 3').fill('40');
    expect(await shares()).toEqual(['38%', '13%', '50%']);
    await page.getByRole('combobox', { name: 'What answers question 3 by itself' }).click();
    await page.getByRole('option', { name: 'Replies are prompt' }).click();
    await page.getByRole('switch', { name: 'A no to question 3 fails the call' }).click({ force: true });
    await page.keyboard.press('Control+s');
    await page.getByText('Saved. Calls that nobody has scored yet are asked these.').waitFor();
    expect(await saved()).toEqual([
      ...card,
      {
        id: expect.stringMatching(/^criterion_[0-9a-f]{32}$/),
        question: 'Did replies come promptly?',
        weight: 40,
        isFatal: true,
        measure: 'prompt-replies',
      },
    ]);
  });

  it('change places by keys alone, and the focus goes with them', async () => {
    await page.getByRole('button', { name: 'Move question 2 up' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Question 2 is now 1 of 2.').waitFor();
    await hasFocus('Move question 1 up');
    expect(await question(1).inputValue()).toBe('Was the disclosure heard?');
    // It is the first already.
    await page.keyboard.press('Enter');
    await question(1).press('Enter');
    await page.getByText(/^Saved\./).waitFor();
    expect((await saved()).map(({ id }) => id)).toEqual(['criterion_heard', 'criterion_offer']);
  });

  it('are taken out one by one, down to none', async () => {
    await page.getByRole('button', { name: 'Take question 1 out' }).click();
    await hasFocus('Question 1');
    expect(await shares()).toEqual(['100%']);
    await page.getByRole('button', { name: 'Take question 1 out' }).click();
    await page.getByText('No question yet: calls are not scored.').waitFor();
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByText(/^Saved\./).waitFor();
    expect(await saved()).toEqual([]);
  });

  it('have no more room than for thirty', async () => {
    const many = Array.from({ length: 29 }, (_, at) => ({ ...card[0], id: `criterion_${at}`, question: `Question ${at}?` }));
    await rig.invoke('settings.update', { scorecard: many });
    await page.reload();
    const add = page.getByRole('button', { name: 'Add a question' });
    await add.click();
    await question(30).fill('The last one?');
    await page.getByRole('status').getByText('There is room for 30 questions.').waitFor();
    await add.press('Enter');
    expect(await question(31).count()).toBe(0);
  });

  it.each(themes)('are without a serious finding of axe in %s', async (theme) => {
    const { page: other, context } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`, { theme });
    await other.goto(`${rig.bridge.console.url}/#/settings/scorecard`);
    await other.getByRole('textbox', { name: 'Question 1', exact: true }).waitFor();
    expect(await findings(other)).toEqual([]);
    await context.close();
  });
});
