import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, openDesktop, runtime } from '#test/support/e2e/desktop.ts';
import { temporaryFolder } from '#test/support/store.ts';

describe('the desktop app', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let desktop: Desktop;
  beforeAll(async () => {
    folder = await temporaryFolder();
    desktop = await openDesktop(folder.path);
  });
  afterAll(async () => {
    await desktop[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
    process.stdout.write(`The desktop specs ran on ${runtime}.\n`);
  });

  it('shows the console over its one channel, and gives the page nothing else', async () => {
    const { page } = desktop;
    await page.getByRole('button', { name: /Start the rehearsal/ }).waitFor();
    expect(await page.evaluate(() => Object.keys((window as unknown as { ringside?: object }).ringside ?? {}))).toEqual(['connect']);
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in window))).toEqual([]);
  });

  it('opens no other page in its window, and only https links outside', async () => {
    const { app, page } = desktop;
    const before = page.url();
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await page.evaluate(() => void window.open('https://example.com/help'));
    await page.evaluate(() => void window.open('file:///etc/passwd'));
    await expect.poll(() => page.url()).toBe(before);
    if (runtime !== 'Electron') {
      const external = await app.evaluate(({ app: main }) => (main as unknown as { standIn: { external: string[] } }).standIn.external);
      expect(external).toEqual(['https://example.com/help']);
    }
  });

  it('goes where its menu says', async () => {
    const { app, page } = desktop;
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('go/settings')?.click());
    await expect.poll(() => page.url()).toContain('#/settings');
  });
});
