import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Desktop, openDesktop, runtime } from '#test/support/e2e/desktop.ts';
import { temporaryFolder } from '#test/support/store.ts';

/** What the stand-in writes down in place of showing it. */
interface StandIn {
  readonly notifications: { readonly options: { readonly title: string; readonly body: string }; readonly click: () => void }[];
  readonly dialogs: { readonly options: { readonly message: string } }[];
  readonly blockers: Map<number, string>;
}

const rows = ({ page }: Desktop) => page.getByRole('option', { name: /AI speaking|Lead speaking|Lead silent|Thinking|Listening|live/i });

/** @returns once the page's process has ended, with the reason */
const whenGone = ({ inMain }: Desktop): Promise<string> =>
  inMain(
    ({ BrowserWindow }) =>
      new Promise<string>((resolve) => {
        BrowserWindow.getAllWindows()[0]?.webContents.once('render-process-gone', (_event, { reason }) => resolve(reason));
      }),
  );

/** End the page as a crash does. */
async function crash(desktop: Desktop): Promise<void> {
  const gone = whenGone(desktop);
  await desktop.inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  expect(await gone).toMatch(/^(crashed|killed)$/);
}

/** How many calls a page shows; where it shows none, what it shows, for whoever reads why it was not back. */
const callsShown = `document.querySelectorAll('[role=option]').length
  || 'no call, ' + (window.ringside ? 'a bridge' : 'no bridge') + ' at ' + location.href + ': ' + document.body.innerText.slice(0, 300)`;

/** Until there is a page again that shows calls. It is asked in the page itself, since the driver gives a page up that has crashed once. */
async function untilBack({ inMain }: Desktop): Promise<void> {
  const calls = () =>
    inMain(
      ({ BrowserWindow }, question) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(question) as Promise<unknown>,
      callsShown,
    );
  // What a page is asked while another takes its place is answered by neither.
  const answered = () => Promise.race([calls().catch(String), new Promise((resolve) => setTimeout(resolve, 1000, 'no answer'))]);
  await expect.poll(answered, { timeout: 20_000 }).toEqual(expect.toSatisfy((count) => typeof count === 'number' && count > 0));
}

/** Begin the rehearsal and wait until somebody is on the line. */
async function withLiveCalls(desktop: Desktop): Promise<void> {
  await desktop.page.getByRole('button', { name: /Start the rehearsal/ }).click();
  await expect.poll(() => rows(desktop).count(), { timeout: 30_000 }).toBeGreaterThan(2);
}

describe('the desktop app with people on the line', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let desktop: Desktop;
  beforeEach(async () => {
    folder = await temporaryFolder();
    desktop = await openDesktop(folder.path, { RINGSIDE_LANDING_SECONDS: '60' });
  });
  afterEach(async () => {
    await desktop[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
    process.stdout.write(`The desktop specs ran on ${runtime}.\n`);
  });

  it('counts down when it is quit, stays when a person says so, and hangs up at once when they ask for that', async () => {
    const { app, inMain, page } = desktop;
    await withLiveCalls(desktop);

    await inMain(({ app: main }) => main.quit());
    const leaving = page.getByRole('dialog', { name: 'Ringside is closing' });
    await leaving.waitFor();
    expect(await leaving.getByRole('status').innerText()).toMatch(/^\d+ calls? gets? (its|their) goodbye first/);
    const seconds = async () => Number(/in (\d+) s/.exec(await leaving.getByRole('status').innerText())?.[1]);
    const first = await seconds();
    await expect.poll(seconds).toBeLessThan(first);
    await leaving.getByRole('button', { name: 'Stay open' }).click();
    await leaving.waitFor({ state: 'hidden' });

    // The rehearsal goes on: others are dialled.
    await expect.poll(() => rows(desktop).count(), { timeout: 40_000 }).toBeGreaterThan(0);
    const over = new Promise<void>((resolve) => app.once('close', () => resolve()));
    await inMain(({ app: main }) => main.quit());
    await leaving.waitFor();
    const askedAt = Date.now();
    await leaving.getByRole('button', { name: 'Hang up now' }).click();
    await over;
    expect(Date.now() - askedAt).toBeLessThan(30_000);

    // Nothing is left on the line when it is opened again.
    desktop = await openDesktop(folder.path);
    await desktop.page.getByRole('link', { name: 'Review' }).first().click();
    await desktop.page.getByRole('table').waitFor();
    expect(await desktop.page.getByRole('row').count()).toBeGreaterThan(2);
  });

  it('brings a page back that crashed, with its calls', async () => {
    await withLiveCalls(desktop);
    await crash(desktop);
    await untilBack(desktop);
  });

  it.skipIf(runtime === 'Electron')(
    'asks what to do with a page that crashes again and again, and with one that does not answer',
    async () => {
      const { inMain } = desktop;
      await withLiveCalls(desktop);
      const questions = () =>
        inMain(({ app: main }) => (main as unknown as { standIn: StandIn }).standIn.dialogs.map(({ options }) => options.message));
      for (let times = 0; times < 5; times += 1) {
        await crash(desktop);
        await untilBack(desktop);
      }
      expect(await questions()).toEqual([]);
      await crash(desktop);
      // The stand-in presses the first button.
      await untilBack(desktop);
      expect(await questions()).toEqual(['The window of Ringside crashes again and again']);

      const gone = whenGone(desktop);
      await inMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.emit('unresponsive'));
      await gone;
      expect(await questions()).toContain('The window of Ringside does not answer');
      await untilBack(desktop);
    },
  );

  it.skipIf(runtime === 'Electron')('keeps the computer awake, and notifies of a call that needs a person: a click opens it', async () => {
    const { inMain, page } = desktop;
    const blockers = () => inMain(({ app: main }) => [...(main as unknown as { standIn: StandIn }).standIn.blockers.values()]);
    expect(await blockers()).toEqual([]);
    // Somebody asks for a person, and the one who is rung is busy.
    const { id: agentId } = await desktop.invoke('agents.create', {
      name: 'Maya',
      instructions: 'Offer a check of the boiler. Whoever asks for a person is put through.',
      greeting: 'Hello, this is Maya of Anderson Plumbing. Is this a good time?',
      disclosure: 'This is an automated call.',
      tools: { transferTo: [{ name: 'Dana', number: '+12065550125' }] },
    });
    await desktop.invoke('calls.dial', {
      to: '+12065550115',
      from: '+12025550100',
      agentId,
      carrier: 'twilio',
      world: 'rehearsal',
      compliance: 'off',
    });
    await expect.poll(blockers).toEqual(['prevent-app-suspension']);
    const notes = () =>
      inMain(({ app: main }) => (main as unknown as { standIn: StandIn }).standIn.notifications.map(({ options }) => options));
    await expect.poll(async () => (await notes()).length, { timeout: 90_000 }).toBeGreaterThan(0);
    const [note] = await notes();
    expect(note?.title).toMatch(/^Rehearsal: .+ needs a person$/);
    expect(note?.body.length).toBeGreaterThan(5);
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Settings' }).click();
    await inMain(({ app: main }) => (main as unknown as { standIn: StandIn }).standIn.notifications[0]?.click());
    await expect.poll(() => page.url()).toMatch(/#\/board\/call_/);
    await page.getByRole('complementary', { name: /^Open call/ }).waitFor();
  });
});

describe('the desktop app and its keychain', () => {
  it.skipIf(runtime === 'Electron').for([
    ['with one', '0', /encrypted by the keychain/],
    ['without one', '1', /no keychain that is unlocked/],
  ] as const)('says what protects the keys that are saved: %s', async ([, lacks, words]) => {
    await using folder = await temporaryFolder();
    await using desktop = await openDesktop(folder.path, { STAND_IN_NO_KEYRING: lacks });
    const { page } = desktop;
    await page.evaluate(() => {
      location.hash = '#/setup';
    });
    await expect.poll(() => page.getByText(words).count(), { timeout: 10_000 }).toBeGreaterThan(0);
    const field = page.getByLabel(/API key/).first();
    await field.fill('sk-proj-a-secret-that-nobody-reads-1234');
    await field.press('Enter');
    await expect.poll(() => readFile(join(folder.path, 'credentials.json'), 'utf8').catch(() => ''), { timeout: 10_000 }).toContain('{');
    const kept = await readFile(join(folder.path, 'credentials.json'), 'utf8');
    if (lacks === '0') expect(kept).not.toContain('nobody-reads');
    else expect(kept).toContain('nobody-reads');
    // The form forgets it as soon as it is kept.
    await expect.poll(() => page.content(), { timeout: 10_000 }).not.toContain('nobody-reads');
  });
});
