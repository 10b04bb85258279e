import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A serious or critical finding of axe, with the elements that it is about. */
export interface Finding {
  readonly rule: string;
  readonly help: string;
  readonly elements: readonly string[];
}

/** What axe finds on the page as it stands: WCAG 2.2 A and AA, only serious and critical ones. */
export async function findings(page: Page): Promise<readonly Finding[]> {
  // The page's policy lets in no script of a stranger; what is evaluated by the driver is none.
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: unknown,
        ): Promise<{ violations: { id: string; impact: string; help: string; nodes: { html: string; any: { message: string }[] }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => ({
        rule: id,
        help,
        elements: nodes.slice(0, 5).map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
      }));
  });
}
