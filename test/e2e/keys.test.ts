import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeRig, openBridgeRig } from '#test/support/bridge-rig.ts';
import { openBrowser, openConsolePage, openScreen } from '#test/support/e2e/browser.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const notGiven = { TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '', OPENAI_API_KEY: '' };

describe('keys on the screen Setup', () => {
  let browser: Browser;
  let rig: BridgeRig;
  let page: Page;
  let provider: Locator;
  beforeAll(async () => {
    browser = await openBrowser();
    rig = await openBridgeRig({ env: notGiven, host: { rendererDir } });
    ({ page } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`));
    await openScreen(page, 'Setup');
    provider = page.getByRole('article', { name: 'Twilio' });
  });
  afterAll(async () => {
    await browser.close();
    await rig[Symbol.asyncDispose]();
  });
  beforeSecondTry(async (name) => {
    const { accountSid, authToken } = rig.world.addresses.twilio;
    const values = { accountSid, authToken };
    if (name.startsWith('are saved')) await rig.invoke('setup.removeCredentials', { provider: 'twilio' });
    else await rig.invoke('setup.saveCredentials', { provider: 'twilio', values });
    await page.reload();
    await openScreen(page, 'Setup');
  });
  const fill = async (accountSid: string, authToken: string) => {
    await provider.getByLabel('Account SID').fill(accountSid);
    await provider.getByLabel('Auth token').fill(authToken);
    await provider.getByRole('button', { name: 'Save and test' }).click();
  };
  const placed = async () => (await rig.dial('+12125550161', 'twilio')).endedReason;

  it('are saved, tried at once, and shown by their end alone', async () => {
    const { accountSid, authToken } = rig.world.addresses.twilio;
    await fill(accountSid, authToken);
    await provider.getByText(/accepts the credentials\. Balance/).waitFor();
    await provider.getByText(`ends in ${authToken.slice(-4)}`).waitFor();
    expect(await page.content()).not.toContain(authToken);
    await page.getByText(/file that only your user may read|credentials\.json/).waitFor();
  });

  it('are exchanged while the bridge goes on', async () => {
    const { accountSid, authToken } = rig.world.addresses.twilio;
    await provider.getByRole('button', { name: 'Replace' }).click();
    await fill(accountSid, 'somebody_elses_auth_token');
    await provider
      .getByText(/does not accept the credentials/)
      .first()
      .waitFor();
    expect(await placed()).toContain('does not accept');
    await provider.getByRole('button', { name: 'Replace' }).click();
    await fill(accountSid, authToken);
    await provider.getByText(/accepts the credentials\. Balance/).waitFor();
    expect((await rig.callThrough('+12125550162', 'twilio')).outcome).toBe('completed');
  });

  it('are taken away only after a question, and then nothing is called with them', async () => {
    await provider.getByRole('button', { name: 'Remove' }).click();
    const question = page.getByRole('dialog', { name: /^Forget what is saved for Twilio/ });
    await question.getByText('Nothing can be called over Twilio then.').waitFor();
    await question.getByRole('button', { name: 'Keep' }).click();
    expect((await rig.invoke('setup.status', {})).providers.find((one) => one.provider === 'twilio')).toMatchObject({ configured: true });
    await provider.getByRole('button', { name: 'Remove' }).click();
    await question.getByRole('button', { name: 'Remove' }).click();
    await provider.getByLabel('Auth token').waitFor();
    expect((await rig.invoke('setup.status', {})).providers.find((one) => one.provider === 'twilio')).toMatchObject({ configured: false });
    await expect(placed()).rejects.toThrow(/gate\/refused.*Twilio is not set up/);
  });
});

describe('the cure of a broken line', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const proven = async (rig: BridgeRig) => {
    const { page } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`);
    await openScreen(page, 'Line');
    await page.getByRole('button', { name: /^Prove (the line|again)$/ }).click();
    await page.getByRole('button', { name: 'Prove again' }).and(page.locator(':not([aria-busy])')).waitFor({ timeout: 30_000 });
    return page;
  };

  it('is one click where another number of the account can be shown', async () => {
    await using rig = await openBridgeRig({ host: { rendererDir } });
    await rig.invoke('settings.update', { defaults: { carrier: 'twilio', fromNumbers: ['+15005550006'] } });
    const page = await proven(rig);
    await page
      .getByRole('status')
      .getByText(/Broken at step 2: The caller number can call/)
      .waitFor();
    await page
      .getByRole('button', { name: /^Prove with / })
      .first()
      .click();
    await expect.poll(async () => (await rig.invoke('line.proofs', {}))[0]?.from).toBe(rig.world.addresses.callerNumbers[0]);
    await page.getByText(/belongs to the account and can call/).waitFor();
  });

  it('is one click where the page of the carrier is to be opened, and where a key is missing', async () => {
    await using rig = await openBridgeRig({ env: { OPENAI_API_KEY: '' }, host: { rendererDir } });
    rig.world.twilio.amend({ balance: '0.00' });
    const page = await proven(rig);
    const link = page.getByRole('link', { name: 'Open the page' });
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/console\.twilio\.com\/.*billing/);
    await page.getByRole('button', { name: 'Open Setup' }).click();
    await page.getByRole('article', { name: 'OpenAI' }).waitFor();
  });
});
