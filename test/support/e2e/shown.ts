import type { Page } from 'playwright-core';

/** Everything that `read` gave between any two steps of the page, each after the one that it replaced. */
export type Shown = () => Promise<readonly string[]>;

/**
 * Looks at a page without a pause, on a machine that is made eight times slower, so that its steps are further apart: what a person would
 * see flash by is seen.
 *
 * @param read runs in the page, and closes over nothing
 */
export async function watchShown(page: Page, read: () => string): Promise<Shown> {
  const inspector = await page.context().newCDPSession(page);
  await inspector.send('Emulation.setCPUThrottlingRate', { rate: 8 });
  await page.evaluate(`(${watch})(${read})`);
  return () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
}

function watch(read: () => string): void {
  const shown: string[] = [];
  const look = () => {
    const now = read();
    if (shown.at(-1) !== now) shown.push(now);
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    look();
    port2.postMessage(null);
  };
  look();
  port2.postMessage(null);
  Object.assign(window, { shown });
}
