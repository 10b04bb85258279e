// Pictures of every screen, light and dark, at two sizes: of a real rehearsal, and of what goes wrong against the simulated services.
// `npm run screenshots` puts them into out/screenshots; with `-- --readme` the ones that the README shows are renewed too.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from '../test/support/e2e/browser.ts';
import { startFresh } from '../test/support/e2e/ringside.ts';
import { rehearsalTour } from './screenshots/rehearsal-tour.ts';
import { troubleTour } from './screenshots/trouble-tour.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'out', 'screenshots');
const { values } = parseArgs({ options: { readme: { type: 'boolean' }, only: { type: 'string' } } });
/** Name in the README, and the picture that it shows. */
const inReadme = [
  ['board.png', 'board-needs-dark-1440.png'],
  ['campaign.png', 'campaign-light-1440.png'],
  ['review.png', 'review-call-light-1440.png'],
  ['agent.png', 'agent-dark-1440.png'],
  ['takeover.png', 'takeover-light-1440.png'],
] as const;

if (values.only === undefined) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const browser = await openBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
if (values.only !== 'trouble') {
  await using ringside = await startFresh();
  await rehearsalTour(browser, ringside, folder);
}
if (values.only !== 'rehearsal') await troubleTour(browser, join(root, 'out', 'renderer'), folder);
await browser.close();
if (values.readme) for (const [name, from] of inReadme) copyFileSync(join(folder, from), join(root, 'resources', 'readme', name));
process.stdout.write(`${folder}\n`);
