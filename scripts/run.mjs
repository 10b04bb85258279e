#!/usr/bin/env node
// Runs every npm script of this project. It needs nothing but Node 20.19 and npm: it installs the dependencies from the
// lockfile when they are missing or stale, finds a Node 24 (the system's own, or the one that the dependencies bring
// along), and then does the job with it. A second run does not install again.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bridgeFlags, bridgeMemory } from './bridge-process.mjs';
import { ensureBrowser } from './browser.mjs';
import { electronBinary } from './electron-binary.mjs';
import { whenOrphaned } from './when-orphaned.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.ringside-installed');
const [job = '', ...args] = process.argv.slice(2);

const say = (text) => process.stderr.write(`${text}\n`);
const stop = (text) => {
  say(text);
  process.exit(1);
};

function lockfileHash() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'package.json', '.npmrc']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Install from the lockfile, unless what is installed came from this very lockfile. */
function ensureDependencies() {
  const wanted = lockfileHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  say('Ringside: installing dependencies from the lockfile (once, about half a minute) ...');
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('.js') ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(command, [...(npm?.endsWith('.js') ? [npm] : []), 'ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    shell: command === 'npm.cmd',
  });
  if (done.status !== 0)
    stop('Ringside: npm could not install the dependencies; its message is above. Check the network and run this again.');
  writeFileSync(stampFile, wanted);
}

/** @returns {string} path of a Node of version 24 or newer */
function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = [modules, join(modules, 'node24-toolchain', 'node_modules'), join(root, 'tools', 'node24', 'node_modules')]
    .map((folder) => join(folder, name, 'bin', binary))
    .find((path) => existsSync(path));
  return (
    found ??
    stop(
      `Ringside needs Node 24. This is ${process.version}, and no Node 24 package exists for ${process.platform}-${process.arch}: install it from nodejs.org.`,
    )
  );
}

/** The newest change below a folder, as epoch milliseconds. */
function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs), 0);
}

const tool = (path) => join(modules, path);
const tools = {
  biome: () => tool('@biomejs/biome/bin/biome'),
  oxlint: () => tool('oxlint/bin/oxlint'),
  tsc: () => tool('typescript/bin/tsc'),
  vite: () => tool('vite/bin/vite.js'),
  electronVite: () => tool('electron-vite/bin/electron-vite.js'),
  vitest: () => tool('vitest/vitest.mjs'),
  knip: () => tool('knip/bin/knip.js'),
};

/** Run a script under Node 24; npm's own `node` on the PATH is replaced, so that grandchildren run on 24 too. */
function runNode(node, script, scriptArgs, options = {}) {
  const env = { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}` };
  return spawnSync(node, [script, ...scriptArgs], { cwd: root, stdio: 'inherit', env, ...options });
}

/** Run until it ends by itself, hand on the signals that a person or a service manager sends, and end as it ended. */
function become(node, nodeArgs, env = process.env) {
  const child = spawn(node, nodeArgs, { cwd: root, stdio: 'inherit', env });
  // A terminal sends its signals to the whole group; only those addressed to this process alone must be handed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  whenOrphaned(() => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
  child.on('error', (error) => stop(`Ringside could not be started: ${error.message}`));
}

const split = ([script, ...scriptArgs]) => [script, scriptArgs];

function step(name, node, script, scriptArgs) {
  const started = Date.now();
  say(`\n== ${name}`);
  const done = runNode(node, script, scriptArgs);
  if (done.status !== 0) stop(`== ${name} failed`);
  say(`== ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** What Node has compiled once it need not compile at the next start: a third of the time until the bridge is ready. */
const compiled = join(modules, '.cache', 'ringside-compiled');

function becomeBridge(node) {
  become(node, [...bridgeFlags, join('out', 'bridge', 'serve.js'), ...args], {
    NODE_COMPILE_CACHE: compiled,
    ...bridgeMemory,
    ...process.env,
  });
}

/** What is built, from what, and by which tool. Main and the windows take the bridge's contract with them. */
const parts = {
  bridge: {
    entry: 'out/bridge/serve.js',
    from: ['src/bridge', 'vite.config.ts'],
    tool: () => [tools.vite(), 'build', '--logLevel', 'warn'],
  },
  desktop: {
    entry: 'out/main/index.js',
    from: ['src/main', 'src/renderer', 'src/bridge/contract', 'electron.vite.config.ts'],
    tool: () => [tools.electronVite(), 'build', '--logLevel', 'warn'],
  },
};

function buildIfStale(node, ...names) {
  for (const name of names) {
    const part = parts[name];
    const entry = join(root, part.entry);
    const times = [...part.from, 'package.json']
      .map((path) => join(root, path))
      .map((path) => (statSync(path).isDirectory() ? newest(path) : statSync(path).mtimeMs));
    if (existsSync(entry) && statSync(entry).mtimeMs >= Math.max(...times)) continue;
    say(`Ringside: building the ${name} ...`);
    mkdirSync(join(root, 'out'), { recursive: true });
    const [script, ...scriptArgs] = part.tool();
    const done = runNode(node, script, scriptArgs, { stdio: ['ignore', process.stderr.fd, process.stderr.fd] });
    if (done.status !== 0) stop('Ringside: the build failed; the message is above.');
  }
}

/** The desktop app where Electron's binary is there or can be fetched, else the browser console, and why in one line. */
async function start(node) {
  buildIfStale(node, 'bridge', 'desktop');
  const electron = await electronBinary(modules, node, say);
  if ('path' in electron) {
    // As root, Chromium's sandbox cannot be had.
    const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    become(electron.path, [...flags, root, ...args]);
    return;
  }
  say(`Ringside: no desktop window, because ${electron.why}. The same console opens in a browser, at the address below.`);
  becomeBridge(node);
}

/** All tests, or those that are named; whole calls and those in a browser by themselves, because they listen to sound in real time. */
function runTests(node, named) {
  const run = (...more) => {
    const done = runNode(node, tools.vitest(), ['run', ...more, ...named]);
    if (done.status !== 0) process.exit(done.status ?? 1);
  };
  if (named.length > 0) return run();
  run('--project', 'unit');
  run('--project', 'whole');
  buildIfStale(node, 'bridge', 'desktop');
  const browser = ensureBrowser(modules, node, say);
  if (browser === null) stop('Ringside: the tests in a browser need Chromium or Chrome: install one, or name it with CHROMIUM_BIN.');
  process.env.CHROMIUM_BIN = browser;
  run('--project', 'e2e');
}

ensureDependencies();
const node = node24();

switch (job) {
  case 'start':
    await start(node);
    break;
  case 'serve':
    buildIfStale(node, 'bridge', 'desktop');
    becomeBridge(node);
    break;
  case 'rehearse':
    buildIfStale(node, 'bridge');
    become(node, [join('out', 'bridge', 'rehearse.js'), ...args]);
    break;
  case 'dev':
    // Screens are built again as they change; the page is loaded again by hand, and live calls do not notice.
    buildIfStale(node, 'bridge', 'desktop');
    spawn(node, [tools.electronVite(), 'build', '--watch', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] });
    become(node, ['--watch-path=src/bridge', join('src', 'bridge', 'serve.ts'), ...args]);
    break;
  case 'build':
    for (const { tool: command } of Object.values(parts))
      step(`build ${command()[0].includes('electron') ? 'desktop' : 'bridge'}`, node, ...split(command()));
    break;
  case 'test':
    runTests(node, args);
    break;
  case 'format':
    process.exit(runNode(node, tools.biome(), ['check', '--write', ...args]).status ?? 1);
    break;
  case 'bench': {
    const script = { rungs: 'rung-latency.ts', cascade: 'cascade-latency.ts' }[args[0] ?? ''];
    buildIfStale(node, 'bridge');
    become(node, script ? [join('bench', script), ...args.slice(1)] : [join('bench', 'index.ts'), ...args]);
    break;
  }
  case 'kill-test':
    buildIfStale(node, 'bridge');
    become(node, [join('test', 'kill', 'kill-test.ts'), ...args]);
    break;
  case 'soak': {
    const [what = '', ...more] = args;
    const script = { ladder: 'ladder-matrix.ts', thousand: 'thousand-calls.ts', mixed: 'mixed-soak.ts' }[what];
    if (script === undefined) stop('Ringside: name what to do for long: npm run soak -- ladder, thousand or mixed.');
    buildIfStale(node, 'bridge');
    become(node, [join('test', 'soak', script), ...more]);
    break;
  }
  case 'screenshots':
    buildIfStale(node, 'bridge', 'desktop');
    process.env.CHROMIUM_BIN = ensureBrowser(modules, node, say) ?? '';
    become(node, [join('scripts', 'screenshots.ts'), ...args]);
    break;
  case 'pack:check':
    buildIfStale(node, 'bridge', 'desktop');
    become(node, [join('scripts', 'pack-check.mjs')]);
    break;
  case 'check':
    // The tests are the longest part; `-- --static` leaves them to `npm test`.
    step('format and lint', node, tools.biome(), ['check', '--error-on-warnings']);
    step('types', node, tools.tsc(), ['--noEmit']);
    step('types of the renderer', node, tools.tsc(), ['--noEmit', '-p', join('src', 'renderer')]);
    step('types of the tests in a browser', node, tools.tsc(), ['--noEmit', '-p', join('test', 'e2e')]);
    step('promises and switches', node, tools.oxlint(), ['--type-aware', 'src', 'test']);
    step('layers', node, join(root, 'scripts', 'layers.mjs'), []);
    step('unused code', node, tools.knip(), []);
    if (args.includes('--static')) break;
    step('known holes in dependencies', node, join(root, 'scripts', 'audit.mjs'), []);
    runTests(node, []);
    break;
  default:
    stop(`run.mjs: unknown job "${job}"`);
}
