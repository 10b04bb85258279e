// A Chromium for the tests in a real browser: the system's own, or fetched once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** @returns {string | null} */
function installed() {
  return [process.env.CHROMIUM_BIN, ...usual].find((path) => path && existsSync(path)) ?? null;
}

/** What a Debian or Ubuntu without a browser needs; fonts too, or nothing on the pictures can be read. */
function fromDebian(say) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  say('Ringside: installing Chromium for the tests in a browser (once) ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args) => spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 2], env }).status === 0;
  const packages = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core', 'fonts-liberation'];
  if (!run(...packages)) run('update') && run(...packages);
}

/**
 * @param {string} modules the folder node_modules @param {string} node the Node that runs the download
 * @returns {string | null} path of a Chromium; null when there is none and none can be had
 */
export function ensureBrowser(modules, node, say) {
  const there = installed();
  if (there) return there;
  fromDebian(say);
  const now = installed();
  if (now) return now;
  say('Ringside: fetching Chromium for the tests in a browser (once) ...');
  const done = spawnSync(node, [join(modules, 'playwright-core', 'cli.js'), 'install', 'chromium'], {
    stdio: ['ignore', 2, 2],
    timeout: 300_000,
  });
  if (done.status !== 0) return null;
  const found = spawnSync(node, ['-p', "require('playwright-core').chromium.executablePath()"], {
    cwd: join(modules, '..'),
    encoding: 'utf8',
  });
  const path = found.stdout.trim();
  return existsSync(path) ? path : null;
}
