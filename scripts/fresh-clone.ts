import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { temporaryFolder } from '#test/support/store.ts';

/**
 * Clones the project into an empty folder, starts it there as its README says, and brings it by clicks alone to a proven line of the
 * rehearsal world. Tells how long each part took.
 *
 *   node scripts/fresh-clone.ts [--from=address of the repository] [--cold]   (cold: npm has fetched nothing before)
 */
const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { from: { type: 'string', default: root }, cold: { type: 'boolean', default: false } } });

await using folder = await temporaryFolder();
const clone = join(folder.path, 'ringside');
const startedAt = performance.now();
const parts: { readonly name: string; readonly atMs: number }[] = [];
const reached = (name: string) => parts.push({ name, atMs: performance.now() - startedAt });

const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', values.from, clone], { stdio: ['ignore', 'inherit', 'inherit'] });
if (cloned.status !== 0) throw new Error('The repository cannot be cloned.');
reached('cloned');

const server = serve();
try {
  const address = await addressOf(server);
  reached('installed, built and started');
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openConsolePage(browser, address);
    reached('the board is on the screen');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByText('Rehearse first').click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page.getByRole('button', { name: 'Prove again' }).waitFor({ timeout: 30_000 });
    const head = (
      await page
        .getByRole('status')
        .getByText(/^(Works|Broken)/)
        .innerText()
    ).trim();
    reached(`proven: ${head}`);
    if (!head.startsWith('Works')) process.exitCode = 1;
    if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`);
  } finally {
    await browser.close();
  }
} finally {
  await end(server);
}
for (const { name, atMs } of parts) process.stdout.write(`${(atMs / 1_000).toFixed(1).padStart(7)} s  ${name}\n`);

/** Nothing of what this process was given: no key, no folder, no cache of another. */
function serve(): ChildProcess {
  const given = Object.entries(process.env).filter(([name]) => !/^(RINGSIDE_|OPENAI_|TWILIO_|PLIVO_|NGROK_|npm_|NODE_)/i.test(name));
  return spawn('npm', ['run', 'serve', '--', '--json'], {
    cwd: clone,
    // A group of its own, so that it can be ended with all that it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...Object.fromEntries(given),
      ...(values.cold ? { npm_config_cache: join(folder.path, 'npm-cache') } : {}),
      RINGSIDE_DATA_DIR: join(folder.path, 'data'),
      RINGSIDE_CONSOLE_PORT: '0',
      RINGSIDE_INGRESS_PORT: '0',
      RINGSIDE_LANDING_SECONDS: '1',
      RINGSIDE_LOG: 'error',
    },
  });
}

/** npm says what it runs before the line of JSON comes. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('It has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const { consoleUrl, token } = JSON.parse(line) as { consoleUrl: string; token: string };
    return `${consoleUrl}/#token=${token}`;
  }
  throw new Error('Ringside ended before it was ready.');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await gone;
}
