// Where Electron's binary is, or how to get it: it is no npm package, and is fetched from its own site at the first start.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';

const site = 'https://github.com/electron/electron/releases';
/** A network that says nothing shall not hold up the start. */
const probeMs = 4_000;

/** @returns {string | null} path of the binary when it is there, or when a test brings another runtime */
function present(modules) {
  const folder = join(modules, 'electron');
  const named = existsSync(join(folder, 'path.txt')) ? readFileSync(join(folder, 'path.txt'), 'utf8') : null;
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return join(override, named ?? 'electron');
  if (named === null) return null;
  const path = join(folder, 'dist', named);
  return existsSync(path) ? path : null;
}

/** @returns {Promise<boolean>} whether the site that has the binary answers */
function reachable() {
  return new Promise((resolve) => {
    const asked = request(site, { method: 'HEAD', timeout: probeMs }, (answer) => {
      answer.resume();
      resolve((answer.statusCode ?? 500) < 500);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/**
 * @param {string} modules the folder node_modules
 * @param {string} node the Node that runs the download
 * @param {(text: string) => void} say
 * @returns {Promise<{ path: string } | { why: string }>}
 */
export async function electronBinary(modules, node, say) {
  const there = present(modules);
  if (there) return { path: there };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { why: 'there is no screen here' };
  if (!(await reachable())) return { why: 'Electron is not downloaded yet and its site cannot be reached' };
  say('Ringside: fetching Electron (once, about 110 MB) ...');
  const done = spawnSync(node, [join(modules, 'electron', 'install.js')], { stdio: ['ignore', 2, 2] });
  const fetched = done.status === 0 ? present(modules) : null;
  return fetched ? { path: fetched } : { why: 'Electron could not be downloaded; its message is above' };
}
