import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export type Theme = 'light' | 'dark';
export const themes: readonly Theme[] = ['light', 'dark'];
export const sizes = [
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
] as const;

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that the test command found, or the system's own; null where there is none. */
export const browserPath = (): string | null => [process.env.CHROMIUM_BIN, ...usual].find((path) => path && existsSync(path)) ?? null;

/** @param more flags of Chromium, for a microphone that plays a file for example */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === null) throw new Error('There is no Chromium for the tests in a browser. npm test installs one.');
  return await chromium.launch({
    executablePath,
    args: ['--autoplay-policy=no-user-gesture-required', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...more],
  });
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of: errors that nobody caught, refusals of its policy. */
  readonly complaints: readonly string[];
}

/** A window of the console, let in by its address. */
export async function openConsolePage(
  browser: Browser,
  address: string,
  {
    theme = 'light',
    size = sizes[1],
  }: { readonly theme?: Theme; readonly size?: { readonly width: number; readonly height: number } } = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'no-preference', locale: 'en-US' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(address);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  return { page, context, complaints };
}

/** Go to a screen by its place in the rail. */
export async function openScreen(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name }).click();
}
