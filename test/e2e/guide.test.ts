import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNodeHelper } from '#bridge/tunnel/helper-process.ts';
import { openBridgeRig } from '#test/support/bridge-rig.ts';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

describe('the guide', () => {
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

  it('brings a fresh data folder to a proven line in the rehearsal world by clicks alone', async () => {
    const { page, complaints } = await openConsolePage(browser, ringside.address);
    const startedAt = performance.now();
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByText('Rehearse first').click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page.getByRole('button', { name: 'Prove again' }).waitFor({ timeout: 30_000 });
    const steps = page.getByRole('list', { name: 'Steps of the proof' }).getByRole('listitem');
    expect(await steps.count()).toBeGreaterThan(12);
    expect(await steps.filter({ has: page.getByRole('img', { name: 'Failed' }) }).count()).toBe(0);
    const tookMs = performance.now() - startedAt;
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Start the rehearsal' }).click();
    await expect.poll(() => page.url()).toContain('#/board');
    expect(complaints).toEqual([]);
    process.stdout.write(`From an empty board to a proven line: ${(tookMs / 1000).toFixed(1)} s of clicks.\n`);
  });

  it('keeps and tries keys as they are typed, says in words what is wrong, and goes on where it was left', async () => {
    const { page } = await openConsolePage(browser, ringside.address);
    await page.evaluate(() => {
      location.hash = '#/setup/guide/world';
    });
    await page.getByText('Make real calls').click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Account SID').fill('AC0123456789abcdef0123456789abcdef');
    await page.getByLabel('Auth token').fill('0123456789abcdef0123456789abcdef');
    await page
      .getByText(/could not be reached/)
      .first()
      .waitFor({ timeout: 20_000 });
    expect(await page.content()).not.toContain('0123456789abcdef0123456789abcdef');
    await page.reload();
    await page
      .getByRole('navigation', { name: 'Steps' })
      .getByRole('link', { name: /Way in/ })
      .click();
    await page.getByLabel('Authtoken').waitFor();
    await page.getByRole('button', { name: 'Skip for now' }).click();
    await page.getByRole('heading', { name: 'Prove the line' }).waitFor();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page
      .getByText(/OpenAI|address|reach/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Prove again' }).waitFor({ timeout: 30_000 });
    expect(await page.getByRole('list', { name: 'Steps of the proof' }).getByRole('img', { name: 'Failed' }).count()).toBeGreaterThan(0);
  });
});

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const fakeNgrok = { startHelper: () => startNodeHelper(new URL('../support/ngrok-worker-fake.ts', import.meta.url)), rendererDir };
const nothing = {
  TWILIO_ACCOUNT_SID: '',
  TWILIO_AUTH_TOKEN: '',
  PLIVO_AUTH_ID: '',
  PLIVO_AUTH_TOKEN: '',
  OPENAI_API_KEY: '',
  RINGSIDE_PUBLIC_URL: '',
};

describe('the guide to real calls, with fresh accounts', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 20_000 });
  const on = (page: Page) => page.getByRole('button', { name: /^(Next|Skip for now)$/ }).click();

  /** As a person does: on a machine that is busy with other things, a step may be too slow once. */
  const proveUntilItWorks = async (page: Page) => {
    const again = page.getByRole('button', { name: 'Prove again' }).and(page.locator(':not([aria-busy])'));
    const works = page.getByRole('status').getByText(/^Works/);
    await page.getByRole('button', { name: 'Prove the line' }).click();
    for (let times = 0; times < 3; times++) {
      await again.waitFor({ timeout: 30_000 });
      if (await works.isVisible()) return;
      await again.click();
    }
    await works.waitFor();
  };

  it.each(['twilio', 'plivo'] as const)('goes from nothing to a proven line and a ringing phone over %s', async (carrier) => {
    const moves = [{ kind: 'say', text: 'Hello, can I hear myself?' }, { kind: 'wait', ms: 3_000 }, { kind: 'hang-up' }] as const;
    await using rig = await openBridgeRig({ env: nothing, host: fakeNgrok, people: () => ({ moves }) });
    const { twilio, plivo, openai, callerNumbers } = rig.world.addresses;
    rig.world[carrier].amend({ isTrial: true });
    const { page, context, complaints } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`);
    await page.goto(`${rig.bridge.console.url}/#/setup/guide`);
    const startedAt = performance.now();
    await page.getByText('Make real calls').click();
    await on(page);

    // The carrier: where the values are, what they open, whose account it is, what it has.
    await page.getByRole('button', { name: carrier === 'twilio' ? 'Twilio' : 'Plivo', exact: true }).click();
    // Every call names its own addresses: nothing else is asked for.
    await says(
      page,
      carrier === 'twilio' ? /Nothing has to be set up at Twilio/ : /Nothing has to be set up at Plivo, no application either/,
    );
    expect(await page.getByRole('textbox').count()).toBe(2);
    const link = page.getByRole('link', { name: carrier === 'twilio' ? /Open the Twilio console/ : /Open the Plivo console/ });
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/console\./);
    await page.getByLabel(carrier === 'twilio' ? 'Account SID' : 'Auth ID').fill(carrier === 'twilio' ? twilio.accountSid : plivo.authId);
    await page.getByLabel('Auth token').fill('somebody_elses_auth_token');
    await says(page, /does not accept the credentials/);
    await page.getByRole('button', { name: 'Replace' }).click();
    await page.getByLabel(carrier === 'twilio' ? 'Account SID' : 'Auth ID').fill(carrier === 'twilio' ? twilio.accountSid : plivo.authId);
    await page.getByLabel('Auth token').fill(carrier === 'twilio' ? twilio.authToken : `${plivo.authToken}`);
    await says(
      page,
      /accepts the credentials\. Balance \$\d+\.\d\d\. It is a trial account: it rings only numbers that you verified there/,
    );
    const numbers = page.getByRole('table', { name: 'Numbers of the account' });
    await numbers
      .getByRole('row')
      .nth(callerNumbers.length - 1)
      .waitFor();
    rig.world[carrier].amend({ isTrial: false });
    await on(page);

    // The voice: the key opens a session.
    expect(await page.getByRole('link', { name: /Open the API keys/ }).getAttribute('href')).toMatch(/^https:\/\/platform\.openai\.com/);
    await page.getByLabel('API key').fill(openai.apiKey);
    await page.getByRole('button', { name: 'Save and test' }).click();
    await says(page, /OpenAI accepts the key; it may use \d+ models, .* These talk: .*gpt-realtime-2/);
    await says(page, /A session was ready after \d+ ms/);
    await on(page);

    // Left here, and taken up again where it was left.
    await page.getByRole('button', { name: 'Leave the guide' }).click();
    await page.goto(`${rig.bridge.console.url}/#/setup/guide/next`);
    await page.getByRole('heading', { name: 'How does the carrier reach this computer?' }).waitFor();
    await page.getByLabel('Authtoken').fill('token-code:107');
    await page.getByRole('button', { name: 'Save and test' }).click();
    await says(page, /The ngrok authtoken is wrong, or was revoked/);
    await page.getByRole('button', { name: 'Replace' }).click();
    await page.getByLabel('Authtoken').fill(`token-up:${rig.bridge.ingress.url}`);
    await says(page, /The tunnel is open: http/);
    await on(page);

    await proveUntilItWorks(page);
    const tookMs = performance.now() - startedAt;
    await on(page);
    await page.getByLabel('Your own phone').fill('+12125550142');
    await page.getByRole('button', { name: 'Call me' }).click();
    await page
      .getByRole('status')
      .getByText(/It was answered; audio began after/)
      .waitFor({ timeout: 60_000 });
    expect(rig.ringsAt('+12125550142')).toHaveLength(1);
    await page
      .getByRole('link', { name: /Ring your phone/ })
      .getByRole('img', { name: 'Done' })
      .waitFor();
    const html = await page.content();
    for (const secret of [twilio.authToken, plivo.authToken, openai.apiKey, 'token-up']) expect(html).not.toContain(secret);
    expect(complaints).toEqual([]);
    await context.close();
    process.stdout.write(`Over ${carrier}, from the first click to a proven line with fresh accounts: ${(tookMs / 1000).toFixed(1)} s.\n`);
  });

  it('recognises what the environment gives, tries it at once, and says where it comes from', async () => {
    await using rig = await openBridgeRig({ host: { rendererDir } });
    const { page, context } = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`);
    await page.goto(`${rig.bridge.console.url}/#/setup/guide`);
    await page.getByText('Make real calls').click();
    await on(page);
    await says(page, /set by/);
    await page.getByText('TWILIO_AUTH_TOKEN', { exact: true }).waitFor();
    await says(page, /ends in/);
    await says(page, /accepts the credentials\. Balance/);
    await on(page);
    await page.getByText('OPENAI_API_KEY', { exact: true }).waitFor();
    await says(page, /A session was ready after/);
    await on(page);
    await page.getByText('RINGSIDE_PUBLIC_URL', { exact: true }).waitFor();
    await context.close();
  });
});
