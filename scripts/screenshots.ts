// Pictures of every screen, light and dark, at two sizes, from a real rehearsal. `npm run screenshots` puts them into out/screenshots;
// with `-- --readme` the ones that the README shows are renewed too.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openBrowser, openConsolePage, sizes, themes } from '../test/support/e2e/browser.ts';
import { startFresh } from '../test/support/e2e/ringside.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'out', 'screenshots');
const { values } = parseArgs({ options: { readme: { type: 'boolean' } } });
/** Name in the README, and the picture that it shows. */
const inReadme = [
  ['board.png', 'board-later-dark-1440.png'],
  ['campaign.png', 'campaign-light-1440.png'],
  ['review.png', 'review-call-light-1440.png'],
  ['agent.png', 'agent-dark-1440.png'],
  ['takeover.png', 'takeover-light-1440.png'],
] as const;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await using ringside = await startFresh();
const browser = await openBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
const windows: { readonly name: string; readonly page: Page }[] = [];
for (const theme of themes) {
  for (const size of sizes) {
    const { page } = await openConsolePage(browser, ringside.address, { theme, size });
    windows.push({ name: `${theme}-${size.width}`, page });
  }
}

/** Take one picture in every window. @param path address behind the `#` @param prepare what a person does there first */
async function picture(name: string, path: string, prepare: (page: Page) => Promise<void> = async () => {}): Promise<void> {
  for (const window of windows) {
    await window.page.evaluate((to) => {
      location.hash = to;
    }, path);
    await window.page.waitForTimeout(600);
    await prepare(window.page);
    await window.page.waitForTimeout(300);
    await window.page.screenshot({ path: join(folder, `${name}-${window.name}.png`) });
  }
  process.stdout.write(`${name}\n`);
}

await picture('board-empty', '/board');
const { campaigns } = await ringside.invoke('rehearsal.startSample');
const [campaign] = campaigns;
if (!campaign) throw new Error('The sample has no campaign.');
await windows[0]?.page.waitForTimeout(9_000);
const live = async () => (await ringside.invoke('calls.list', { live: true })).find(({ state }) => state === 'live');
const call = await live();
await picture('board-running', call ? `/board/${call.id}` : '/board');
await picture('campaign', `/campaigns/${campaign.id}`);
await picture('board-later', `/board/${(await live())?.id ?? ''}`);
await picture('campaigns', '/campaigns');
// Only one window may have a call: each takes it, is pictured and gives it back.
const talking = (await ringside.invoke('calls.list', { live: true })).find(({ state }) => state === 'live');
if (talking) {
  await picture('takeover', `/board/${talking.id}`, async (page) => {
    await page.getByRole('button', { name: /off duty/i }).click();
    await page.getByRole('button', { name: 'Go on duty' }).click();
    await page.waitForTimeout(800);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.waitForTimeout(2_500);
  });
}
while ((await ringside.invoke('campaigns.list')).some(({ state }) => state === 'running')) await windows[0]?.page.waitForTimeout(1_000);
const [agent] = await ringside.invoke('agents.list');
const calls = await ringside.invoke('calls.list', { disposition: 'appointment' });
const reviewed = calls[0] ?? (await ringside.invoke('calls.list')).find(({ talkMs }) => talkMs > 10_000);
await picture('board-finished', '/board');
await picture('campaign-finished', `/campaigns/${campaign.id}`);
for (const step of ['basics', 'people', 'agent', 'schedule', 'check']) await picture(`campaign-edit-${step}`, `/campaigns/new/${step}`);
await picture('agents', '/agents');
await picture('agent', `/agents/${agent?.id ?? ''}`);
await picture('agent-versions', `/agents/${agent?.id ?? ''}/versions`);
await picture('review', '/review');
await picture('review-search', '/review/search?q=tomorrow');
if (reviewed) {
  await picture('review-call', `/review/${reviewed.id}`, async (page) => {
    await page.keyboard.press('Space');
    await page.waitForTimeout(4_000);
    await page.keyboard.press('Space');
  });
}
await picture('setup', '/setup');
for (const step of ['world', 'carrier', 'prove', 'call']) await picture(`guide-${step}`, `/setup/guide/${step}`);
await ringside.invoke('line.prove', { carrier: 'twilio', world: 'rehearsal' });
await picture('line', '/line');
await picture('settings', '/settings');
await picture('keys', '/board', async (page) => {
  await page.keyboard.press('Shift+?');
});
await picture('palette', '/review', async (page) => {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+K');
});
await browser.close();
if (values.readme) for (const [name, from] of inReadme) copyFileSync(join(folder, from), join(root, 'resources', 'readme', name));
process.stdout.write(`${folder}\n`);
