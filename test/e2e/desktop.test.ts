import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '#test/support/audio.ts';
import { type Desktop, openDesktop, runtime } from '#test/support/e2e/desktop.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';
import { temporaryFolder } from '#test/support/store.ts';

describe('the desktop app', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let desktop: Desktop;
  const begin = async () => {
    folder = await temporaryFolder();
    desktop = await openDesktop(folder.path);
  };
  const end = async () => {
    await desktop[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  beforeAll(begin);
  beforeSecondTry(async () => {
    await end();
    await begin();
  });
  afterAll(async () => {
    await end();
    process.stdout.write(`The desktop specs ran on ${runtime}.\n`);
  });

  it('shows the console over its one channel, and gives the page nothing else', async () => {
    const { page } = desktop;
    await page.getByRole('button', { name: /Start the rehearsal/ }).waitFor();
    expect(await page.evaluate(() => Object.keys((window as unknown as { ringside?: object }).ringside ?? {}))).toEqual(['connect']);
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in window))).toEqual([]);
  });

  it('opens no other page in its window, and only https links outside', async () => {
    const { inMain, page } = desktop;
    const before = page.url();
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await page.evaluate(() => void window.open('https://example.com/help'));
    await page.evaluate(() => void window.open('file:///etc/passwd'));
    await expect.poll(() => page.url()).toBe(before);
    if (runtime !== 'Electron') {
      const external = await inMain(({ app: main }) => (main as unknown as { standIn: { external: string[] } }).standIn.external);
      expect(external).toEqual(['https://example.com/help']);
    }
  });

  it('goes where its menu says', async () => {
    const { inMain, page } = desktop;
    await inMain(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('go/settings')?.click());
    await expect.poll(() => page.url()).toContain('#/settings');
  });

  /** What the person does in the next dialogs of the system. */
  const answer = (choice: { readonly open?: string; readonly save?: string }) =>
    desktop.inMain(({ dialog }, { open, save }) => {
      const counted = globalThis as { asked?: number };
      dialog.showOpenDialog = (async () => {
        counted.asked = (counted.asked ?? 0) + 1;
        return { canceled: open === undefined, filePaths: open === undefined ? [] : [open] };
      }) as typeof dialog.showOpenDialog;
      dialog.showSaveDialog = (async () => {
        counted.asked = (counted.asked ?? 0) + 1;
        return { canceled: save === undefined, filePath: save ?? '' };
      }) as typeof dialog.showSaveDialog;
    }, choice);
  /** How many dialogs of the system were opened. */
  const asked = () => desktop.inMain(() => (globalThis as { asked?: number }).asked ?? 0);
  const go = (to: string) =>
    desktop.page.evaluate((path) => {
      location.hash = path;
    }, to);

  it('takes a list of leads and writes an export through the dialogs of the system', async () => {
    const { page, invoke } = desktop;
    const { id: agentId } = await invoke('agents.create', {
      name: 'Mia',
      instructions: 'Be kind.',
      greeting: 'Hello.',
      disclosure: 'An AI.',
    });
    const { id } = await invoke('campaigns.create', {
      name: 'By file',
      agentId,
      carrier: 'twilio',
      world: 'rehearsal',
      fromNumbers: ['+12025550100'],
    });
    // As an old spreadsheet writes it: the window could not read these letters by itself.
    const list = join(folder.path, 'leute.csv');
    await writeFile(list, Buffer.from('Telefon;Vorname\n+12125550111;Zo\xeb\nnobody;X\n', 'latin1'));
    await go(`/campaigns/${id}/edit/people`);
    const place = page.getByRole('presentation').filter({ hasText: 'Drop a CSV file here, or press to choose one' });
    const ready = () => place.and(page.locator(':not([data-loading])')).waitFor();

    // Whoever closes the dialog is where they were; pressing twice opens one.
    await answer({});
    const askedBefore = await asked();
    await place.evaluate(async (element: HTMLElement) => {
      element.click();
      await Promise.resolve();
      element.click();
    });
    await expect.poll(asked).toBe(askedBefore + 1);
    await ready();
    expect(await place.isVisible()).toBe(true);
    // What is no list is named.
    const picture = join(folder.path, 'picture.csv');
    await writeFile(picture, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]));
    await answer({ open: picture });
    await place.click();
    await page.getByText('This is a picture, not a CSV file.').waitFor();
    await ready();
    expect(await asked()).toBe(askedBefore + 2);

    await answer({ open: list });
    await place.click();
    await page.getByRole('heading', { name: 'leute.csv' }).waitFor();
    await page.getByRole('button', { name: 'Import 1 person' }).click();
    await page.getByRole('heading', { name: '1 person in this campaign' }).waitFor();
    expect((await invoke('leads.list', { campaignId: id })).map(({ fields }) => fields.firstName)).toEqual(['Zo\u00eb']);

    await go(`/campaigns/${id}`);
    const table = join(folder.path, 'out.csv');
    await answer({ save: table });
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Table (CSV)' }).click();
    await page.getByText(`Saved as ${table}.`).waitFor();
    expect(await readFile(table, 'utf8')).toContain('Zo\u00eb');
  });

  it('takes a list of numbers never to be called through the same dialog', async () => {
    const { page, invoke } = desktop;
    const list = join(folder.path, 'never.csv');
    await writeFile(list, 'number\n+12125550122\n+12125550123\n');
    await go('/settings/do-not-call');
    await page.getByRole('button', { name: 'Import a file' }).click();
    await answer({ open: list });
    await page.getByRole('presentation').filter({ hasText: 'Drop a CSV file here, or press to choose one' }).click();
    await page.getByText('never.csv: 2 numbers added.').waitFor();
    expect((await invoke('suppressions.list', {})).map(({ number }) => number)).toEqual(
      expect.arrayContaining(['+12125550122', '+12125550123']),
    );
  });

  it('writes the sound of a call where the dialog of the system says, and nothing when it is closed', async () => {
    const { page, invoke } = desktop;
    const [person] = await invoke('rehearsal.people');
    const { id: agentId } = await invoke('agents.create', {
      name: 'Ida',
      instructions: 'Be kind.',
      greeting: 'Hello.',
      disclosure: 'An AI.',
    });
    const rehearsed = { world: 'rehearsal', carrier: 'twilio', from: '+12025550100', compliance: 'off', consent: { basis: 'rehearsal' } };
    const { id } = await invoke('calls.dial', { ...rehearsed, agentId, to: person?.number, maxCallSeconds: 12 });
    await expect.poll(async () => (await invoke('calls.get', { id })).state, { timeout: 60_000 }).toBe('ended');
    const { talkMs } = await invoke('calls.get', { id });
    await go(`/review/${id}`);
    const exportSound = async () => {
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Sound, both sides (WAV)' }).click();
    };
    await answer({});
    const askedBefore = await asked();
    await exportSound();
    await expect.poll(asked).toBe(askedBefore + 1);
    const file = join(folder.path, 'call.wav');
    await answer({ save: file });
    await exportSound();
    await page.getByText(`Saved as ${file}.`).waitFor();
    const { durationMs } = readWav(await readFile(file));
    expect(Math.abs(durationMs - talkMs)).toBeLessThan(2_000);
    // A place that cannot be written to is named, and nothing is left there.
    await answer({ save: join(folder.path, 'nowhere', 'call.wav') });
    await exportSound();
    await page.getByText(/Nothing was exported\. The file could not be written/).waitFor();
  });

  it('writes no secret into its log when something is thrown that nobody catches', async () => {
    await desktop.inMain(() => {
      setTimeout(() => {
        throw new Error('Refused with Bearer abcdef0123456789 and sk-proj-abcdefgh12345678 for +12125550142');
      });
      void Promise.reject(new Error('authToken: 0123456789abcdef0123456789abcdef'));
    });
    const log = () => readFile(join(folder.path, 'ringside.log'), 'utf8');
    await expect.poll(log).toContain('Something was thrown and nobody caught it');
    await expect.poll(log).toContain('Something failed and nobody was waiting for it');
    expect(await log()).not.toMatch(/abcdef0123456789|abcdefgh12345678|12125550142/);
    // The app goes on.
    expect(await desktop.invoke('rehearsal.people')).not.toEqual([]);
  });
});
