import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, leave, profileFolder, switches } from './app.ts';
import { cdp } from './cdp.ts';
import { strict } from './codec.ts';
import { ipcMain, MessageChannelMain } from './ports.ts';
import { defaultSession, protocol } from './schemes.ts';
import {
  dialog,
  Menu,
  Notification,
  nativeImage,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
  Tray,
  utilityProcess,
} from './services.ts';
import { BrowserWindow, webContents } from './windows.ts';

/**
 * A stand-in for Electron's runtime, for machines that have no Electron binary: it runs the real, built main in Node, and opens each of its
 * windows in Chromium, with the real, built preload in an isolated world. Playwright's own Electron driver starts and drives it as it drives
 * Electron, so the same specs run on both.
 *
 * What it proves is the wiring: main, preload, page, and what travels between them. What it does not prove: anything of the real binary
 * (its V8 and Chromium, its sandbox and fuses, packaging in an asar, native modules inside it), anything of the desktop (menus, tray,
 * keychain, notifications and dialogs are written down, not shown), the speed of Electron's own channels, permissions asked at each request
 * (here once per load), and the app's own scheme, which is an http address under `.localhost` in the page. A member that it lacks throws
 * with its name.
 */
const electron = strict('electron', {
  app,
  BrowserWindow,
  webContents,
  ipcMain,
  MessageChannelMain,
  protocol,
  session: { defaultSession },
  dialog,
  safeStorage,
  Menu,
  Notification,
  powerSaveBlocker,
  shell,
  Tray,
  nativeImage,
  powerMonitor,
  screen,
  utilityProcess,
});

const holder = Symbol.for('ringside stand-in');
(globalThis as Record<symbol, unknown>)[holder] = electron;
const asModule = `data:text/javascript,${encodeURIComponent(
  `const electron = globalThis[Symbol.for('ringside stand-in')]; export default electron; export const { ${Object.keys(electron).join(', ')} } = electron;`,
)}`;
const asScript = pathToFileURL(join(import.meta.dirname, 'as-script.cjs')).href;
registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== 'electron' && specifier !== 'electron/main') return next(specifier, context);
    return context.conditions.includes('import')
      ? { url: asModule, shortCircuit: true, format: 'module' }
      : { url: asScript, shortCircuit: true, format: 'commonjs' };
  },
});

let chromium: ReturnType<typeof spawn> | null = null;
app.end = (code) => leave(code, chromium);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(0, chromium));

/** As `electron [-r module] [switches] entry [args]`. */
async function boot(): Promise<void> {
  const args = process.argv.slice(2);
  const at = args.indexOf('-r');
  const loader = at >= 0 ? args.splice(at, 2)[1] : undefined;
  const flags = args.filter((arg) => arg.startsWith('--') && !arg.startsWith('--inspect') && !arg.startsWith('--remote-debugging-port'));
  const entry = resolve(args.find((arg) => !arg.startsWith('-')) ?? '.');
  Object.assign(process.versions, { electron: '0.0.0-stand-in', chrome: 'system' });
  Object.assign(process, { type: 'browser', resourcesPath: process.cwd() });
  process.argv = [process.argv[0] ?? '', ...(loader ? ['-r', loader] : []), ...args];
  if (loader) createRequire(import.meta.url)(resolve(loader));
  const manifest = join(entry, 'package.json');
  const file = statSync(entry).isDirectory()
    ? join(entry, String((JSON.parse(readFileSync(manifest, 'utf8')) as { main: string }).main))
    : entry;
  // As Electron: it is ready when the entry has run to its end.
  await import(pathToFileURL(file).href);
  const address = await openChromium(flags);
  await cdp.connect(address);
  cdp.on('Target.targetDestroyed', ({ targetId }: { targetId: string }) => {
    BrowserWindow.getAllWindows()
      .find((window) => window.webContents.targetId === targetId)
      ?.died();
  });
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  process.stderr.write(`DevTools listening on ${address}\n`);
  app.becomeReady();
}

/** @returns the address of its DevTools socket */
function openChromium(flags: readonly string[]): Promise<string> {
  const binary = [process.env.CHROMIUM_BIN, '/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
  if (!binary) throw new Error('There is no Chromium.');
  const child = spawn(
    binary,
    [
      '--headless=new',
      `--user-data-dir=${profileFolder}`,
      '--no-startup-window',
      '--no-first-run',
      '--remote-debugging-port=0',
      '--disable-gpu',
      '--autoplay-policy=no-user-gesture-required',
      ...switches,
      ...flags,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  chromium = child;
  child.on('exit', () => {
    if (!app.isQuitting) process.exit(1);
  });
  return new Promise((found) => {
    let text = '';
    child.stderr?.on('data', (data: Buffer) => {
      text += data.toString();
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(text)?.[1];
      if (address) found(address);
    });
  });
}

boot().catch((error: unknown) => {
  process.stderr.write(`stand-in: ${error instanceof Error ? error.stack : String(error)}\n`);
  void leave(1, chromium);
});
