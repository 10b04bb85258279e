import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { type BridgeRig, openBridgeRig, until } from '#test/support/bridge-rig.ts';
import { findings } from '#test/support/e2e/axe.ts';
import { openBrowser, openConsolePage, themes } from '#test/support/e2e/browser.ts';
import { watchShown } from '#test/support/e2e/shown.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const moves = [
  { kind: 'say', text: 'Hello?' },
  { kind: 'wait', ms: 9_000 },
  { kind: 'say', text: 'No, thank you.' },
  { kind: 'wait', ms: 2_000 },
  { kind: 'hang-up' },
] as const;

describe('a finished call', () => {
  let browser: Browser;
  let rig: BridgeRig;
  let call: Call;
  const prepare = async () => {
    rig = await openBridgeRig({ host: { rendererDir }, people: () => ({ moves }) });
    const { id } = await rig.invoke('calls.dial', {
      to: '+12125550742',
      agentId: await rig.agent(),
      carrier: 'twilio',
      from: '+12025550100',
      compliance: 'off',
      variables: { firstName: 'Gloria' },
    });
    call = await rig.over(id);
  };
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), prepare()]);
  });
  afterAll(async () => {
    await browser.close();
    await rig[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await rig[Symbol.asyncDispose]();
    await prepare();
  });

  const openCall = async (theme: (typeof themes)[number] = 'light') => {
    const opened = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`, { theme });
    await go(opened.page, `/review/${call.id}`);
    const about = opened.page.getByRole('complementary', { name: 'About this call' });
    await about.getByRole('heading', { name: 'Scorecard' }).waitFor();
    return { ...opened, about };
  };
  const go = (page: Page, path: string) =>
    page.evaluate((to) => {
      location.hash = to;
    }, path);
  const stored = () => rig.invoke('calls.get', { id: call.id });

  it('is scored by keys alone, and an answer is taken back by pressing it again', async () => {
    const { page, context, about, complaints } = await openCall();
    const answer = (question: RegExp, name: string) =>
      about.getByRole('group', { name: question }).getByRole('radio', { name, exact: true });
    await about.getByText('3 to answer').waitFor();
    expect(await answer(/Said that it is an AI/, 'Yes').isChecked()).toBe(true);
    await answer(/Answered what was asked/, 'Yes').focus();
    await page.keyboard.press('Space');
    await about.getByText('2 to answer').waitFor();
    await answer(/Offered a person/, 'Yes').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await until('the last of three answers', async () => (await stored()).score?.items[3]?.answer === 'not-applicable');
    await answer(/Repeated what was agreed/, 'No').check();
    await about.getByText('75 of 100').waitFor();
    expect(await stored()).toMatchObject({ points: 75 });

    await answer(/Said that it is an AI/, 'No').check();
    await about.getByText('0 of 100').waitFor();
    await about.getByText('A no to a question that decides fails the call: 0 points.').waitFor();
    await answer(/Said that it is an AI/, 'No').press('Delete');
    await about.getByText('75 of 100').waitFor();
    await answer(/Repeated what was agreed/, 'No').click();
    await about.getByText('1 to answer').waitFor();
    await answer(/Repeated what was agreed/, 'Yes').check();
    await about.getByText('100 of 100').waitFor();
    await page.reload();
    await about.getByText('100 of 100').waitFor();

    await go(page, '/review?scored=no');
    await page.getByText('No call', { exact: false }).first().waitFor();
    await go(page, '/review?scored=yes');
    await page.getByRole('cell', { name: '100', exact: true }).waitFor();
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('shows each answer from the moment it is given, and the one of before never again', async () => {
    const { page, context, about, complaints } = await openCall();
    const answer = (name: string) => about.getByRole('group', { name: /Offered a person/ }).getByRole('radio', { name, exact: true });
    await answer('Yes').check();
    const shown = await watchShown(page, () =>
      [...document.querySelectorAll<HTMLInputElement>('fieldset input[type=radio]')].map(({ checked }) => Number(checked)).join(''),
    );
    const names = ['No', 'Yes', 'No', 'Yes', 'No', 'Yes', 'No', 'Yes', 'No', 'Yes', 'No', 'Yes'];
    for (const name of names) {
      await answer(name).click();
      await until('the answer', async () => (await stored()).score?.items[3]?.answer === name.toLowerCase());
      // It is kept now; the page may have a step or two to do with that.
      await page.waitForTimeout(200);
    }
    expect(await shown()).toHaveLength(1 + names.length);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it('is tagged, and found by its tag', async () => {
    const { page, context, about, complaints } = await openCall();
    const field = about.getByRole('combobox', { name: 'Tags of this call' }).or(about.getByLabel('Tags of this call')).first();
    await field.fill('boiler');
    await page.keyboard.press('Enter');
    await until('the first tag', async () => (await stored()).tags?.includes('boiler'));
    await field.fill('call back');
    await page.keyboard.press('Enter');
    await until('the second tag', async () => (await stored()).tags?.length === 2);
    await go(page, '/review');
    await page.getByRole('combobox', { name: 'Tag' }).click();
    await page.getByRole('option', { name: 'boiler' }).click();
    await page.getByText('1 call', { exact: true }).first().waitFor();
    expect(page.url()).toContain('tag=boiler');
    await page.getByLabel('Tagged boiler, call back').waitFor();
    await go(page, `/review/${call.id}`);
    await field.focus();
    await page.keyboard.press('Backspace');
    await until('one tag left', async () => (await stored()).tags?.length === 1);
    await context.close();
    expect(complaints).toEqual([]);
  });

  it.each(themes)('can be read and used by everybody while it is judged, %s', async (theme) => {
    const { page, context, about } = await openCall(theme);
    await about.getByRole('heading', { name: 'Tags' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await context.close();
  });
});
