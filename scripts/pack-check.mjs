// Checks the packaging as far as it goes without Electron's binary: the configuration is valid for every platform, the app is packed
// around a folder that poses as Electron, and what is packed is whole: the unpacked app, alone in a folder of its own, starts its bridge.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(join(root, 'package.json'));
const work = mkdtempSync(join(tmpdir(), 'ringside-pack-'));
const say = (text) => process.stdout.write(`${text}\n`);
const fail = (text) => {
  rmSync(work, { recursive: true, force: true });
  process.stderr.write(`pack:check: ${text}\n`);
  process.exit(1);
};

const config = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
for (const needed of [
  'runAsNode: false',
  'onlyLoadAppFromAsar: true',
  'enableNodeCliInspectArguments: false',
  'NSMicrophoneUsageDescription',
]) {
  if (!config.includes(needed)) fail(`electron-builder.yml does not set "${needed}"`);
}
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js');
const { DebugLogger } = require('builder-util');
await validateConfiguration(await getConfig(root, 'electron-builder.yml', null), new DebugLogger(false));
say('configuration: valid');

const electron = join(work, 'electron');
mkdirSync(join(electron, 'resources'), { recursive: true });
mkdirSync(join(electron, 'locales'));
writeFileSync(join(electron, 'electron'), '#!/bin/sh\n', { mode: 0o755 });
for (const [name, text] of [
  ['version', JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')).version],
  ['LICENSE', ''],
  ['LICENSES.chromium.html', ''],
]) {
  writeFileSync(join(electron, name), text);
}
// The fuses are bits of the real binary; this one is none.
const withoutFuses = join(work, 'electron-builder.yml');
writeFileSync(withoutFuses, config.replace(/^electronFuses:\n(?: .*\n)+/m, ''));
const packed = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/electron-builder/cli.js'),
    '--linux',
    '--dir',
    '--publish',
    'never',
    `-c.electronDist=${electron}`,
    `-c.directories.output=${join(work, 'dist')}`,
    '--config',
    withoutFuses,
  ],
  { cwd: root, encoding: 'utf8', timeout: 180_000 },
);
if (packed.status !== 0) fail(`it could not be packed:\n${packed.stdout}\n${packed.stderr}`);
const resources = join(work, 'dist', `linux${process.arch === 'arm64' ? '-arm64' : ''}-unpacked`, 'resources');
const asar = join(resources, 'app.asar');
if (!existsSync(asar)) fail('there is no app.asar');

const { extractAll, listPackage } = await import('@electron/asar');
const files = listPackage(asar, { isPack: false });
const has = (path) => files.some((file) => file.replaceAll('\\', '/') === path);
for (const path of [
  '/out/main/index.js',
  '/out/preload/preload.cjs',
  '/out/renderer/index.html',
  '/out/bridge/serve.js',
  '/out/bridge/tunnel/helper-process.js',
  '/out/bridge/tunnel/ngrok/ngrok-worker.js',
  '/resources/tray.png',
  '/package.json',
]) {
  if (!has(path)) fail(`app.asar lacks ${path}`);
}
const stray = files.filter((file) =>
  /^\/(src|test|bench|scripts)\/|\.map$|node_modules\/(react|@mantine|electron|vitest)\//.test(file.replaceAll('\\', '/')),
);
if (stray.length > 0) fail(`app.asar holds what it should not: ${stray.slice(0, 5).join(', ')}`);
say(`app.asar: ${files.length} entries, ${Math.round(readFileSync(asar).length / 1e6)} MB`);

const app = join(work, 'app');
extractAll(asar, app);
cpSync(join(resources, 'app.asar.unpacked'), app, { recursive: true });
const bridge = spawn(process.execPath, [join(app, 'out/bridge/serve.js'), '--json'], {
  cwd: app,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    PATH: process.env.PATH,
    RINGSIDE_DATA_DIR: join(work, 'data'),
    RINGSIDE_CONSOLE_PORT: '0',
    RINGSIDE_INGRESS_PORT: '0',
    RINGSIDE_LOG: 'error',
  },
});
const timer = setTimeout(() => bridge.kill('SIGKILL'), 20_000);
const line = await new Promise((done) => {
  createInterface({ input: bridge.stdout }).once('line', done);
  bridge.once('exit', () => done(null));
});
clearTimeout(timer);
if (line === null) fail('the packed app did not start its bridge: a dependency is missing in it');
const { consoleUrl } = JSON.parse(line);
const page = await fetch(consoleUrl);
if (!page.ok || !(await page.text()).includes('id="root"')) fail('the packed app does not serve its page');
const gone = new Promise((done) => bridge.once('exit', done));
bridge.kill('SIGTERM');
await gone;
say('the packed app starts its bridge and serves its page');
rmSync(work, { recursive: true, force: true });
