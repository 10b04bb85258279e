import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openConsolePage, sizes, themes } from '../../test/support/e2e/browser.ts';

/** A console in each theme and size, and pictures of all of them. */
export interface Camera extends AsyncDisposable {
  /**
   * @param path address behind the `#`; null to stay where it is
   * @param prepare what a person does there first
   * @param after what they do when it is taken, also when it could not be
   */
  picture(name: string, path: string | null, prepare?: (page: Page) => Promise<void>, after?: (page: Page) => Promise<void>): Promise<void>;
  /** The same where only one window can do it at a time: one after the other, `after` each. */
  oneByOne(name: string, path: string, prepare: (page: Page) => Promise<void>, after: (page: Page) => Promise<void>): Promise<void>;
  pause(ms: number): Promise<void>;
}

/** @param address lets a browser in @param folder where the pictures go */
export async function openCamera(browser: Browser, address: string, folder: string): Promise<Camera> {
  const windows = await Promise.all(
    themes.flatMap((theme) =>
      sizes.map(async (size) => ({
        name: `${theme}-${size.width}`,
        ...(await openConsolePage(browser, address, { theme, size })),
      })),
    ),
  );
  const goTo = async (page: Page, path: string | null) => {
    if (path === null) return;
    // The pointer of the window before would light up a row here.
    await page.mouse.move(0, 0);
    await page.evaluate((to) => {
      location.hash = to;
    }, path);
    await page.waitForTimeout(900);
    await page
      .locator('main')
      .getByText(/^(Opening|Reading) the /)
      .first()
      .waitFor({ state: 'hidden' });
  };
  const shoot = async (name: string, window: string, page: Page) => {
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}-${window}.png`) });
  };
  return {
    async picture(name, path, prepare = async () => {}, after = async () => {}) {
      const taken = await Promise.allSettled(
        windows.map(async (window) => {
          try {
            await goTo(window.page, path);
            await prepare(window.page);
            await shoot(name, window.name, window.page);
          } finally {
            await after(window.page);
          }
        }),
      );
      // No window may still be at it when the next picture begins.
      for (const one of taken) if (one.status === 'rejected') throw one.reason;
      process.stdout.write(`${name}\n`);
    },
    async oneByOne(name, path, prepare, after) {
      for (const { name: window, page } of windows) {
        await goTo(page, path);
        await prepare(page);
        await shoot(name, window, page);
        await after(page);
      }
      process.stdout.write(`${name}\n`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(windows.map(({ context }) => context.close()));
    },
    pause: (ms) => new Promise((resume) => setTimeout(resume, ms)),
  };
}
