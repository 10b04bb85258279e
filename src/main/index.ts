import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { app, type BrowserWindow, dialog, Menu, type MessagePortMain, powerMonitor } from 'electron';
import pino from 'pino';
import type { Bridge } from '#bridge/bridge.ts';
import { createBridge } from '#bridge/create-bridge.ts';
import { FileVault } from '#bridge/file-vault.ts';
import { logOptions } from '#bridge/log-options.ts';
import { readSettings } from '#bridge/settings.ts';
import { watchCrashes } from './crash-watch.ts';
import { DesktopDesk } from './desktop-desk.ts';
import { Landing } from './landing.ts';
import { LiveWatch } from './live-watch.ts';
import { startDesktopHelper } from './platform/helpers.ts';
import { openKeychain } from './platform/keychain.ts';
import { buildMenu } from './platform/menu.ts';
import { Notices } from './platform/notices.ts';
import { SleepGuard } from './platform/power.ts';
import { RunningMark } from './platform/tray.ts';
import { portPipe } from './port-pipe.ts';
import { MainWindow, preloadFile } from './windows/main-window.ts';
import { registerPageScheme, servePage } from './windows/page-protocol.ts';

/** Electron's main: the bridge lives here, the window only looks at it. */

// Young garbage is cleared away by one thread, as `npm run serve` does it: to wait for others makes the audio of every call late. Old garbage
// is cleared away soon. The flags stand in scripts/bridge-process.mjs too, with the other one that `serve` and the bench start Node with;
// scripts are not packed with the app.
setFlagsFromString('--no-parallel-scavenge');
setFlagsFromString('--heap-growing-percent=25');
registerPageScheme();
const crashes = watchCrashes(fail);
const settings = (() => {
  try {
    return readSettings(process.env);
  } catch (error) {
    fail(error);
  }
})();
// One Ringside for each data folder: what Chromium keeps goes there too, and with it the lock of the single instance.
app.setPath('userData', join(settings.dataDir, 'desktop'));
app.enableSandbox();

if (!app.requestSingleInstanceLock()) app.quit();
else void start().catch(fail);

async function start(): Promise<void> {
  const log = pino(
    { ...logOptions, level: settings.logLevel },
    pino.destination({ dest: join(settings.dataDir, 'ringside.log'), mkdir: true, sync: false }),
  );
  crashes.log = log;
  await app.whenReady();

  const keychain = await openKeychain();
  const bridge = await createBridge(settings, log, {
    vault: new FileVault({
      path: join(settings.dataDir, 'credentials.json'),
      ...(keychain.cipher ? { cipher: keychain.cipher } : {}),
      message: keychain.message,
    }),
    startHelper: startDesktopHelper,
    power: () => ({ onBattery: powerMonitor.isOnBatteryPower(), keepsAwake: true }),
  });
  servePage(join(import.meta.dirname, '..', 'renderer'), () => bridge.console.url);
  run(bridge, log);
}

function run(bridge: Bridge, log: pino.Logger): void {
  const sleep = new SleepGuard();
  const mark = new RunningMark(join(import.meta.dirname, '..', '..', 'resources', 'tray.png'), {
    show: () => window.show(),
    quit: () => app.quit(),
  });
  const openCall = (callId: Parameters<Notices['callChanged']>[0]['id']) => {
    window.show();
    desk.tell({ type: 'desktop.open-call', callId });
  };
  const notices = new Notices(openCall);
  const watch = new LiveWatch({
    callChanged: (call) => notices.callChanged(call),
    changed: ({ calls, running }) => {
      sleep.set(calls > 0 || running.length > 0);
      mark.set(describe(calls, running), calls);
    },
  });
  const stopWatching = bridge.watch((event) => watch.take(event));

  const landing = new Landing({
    calls: () => watch.calls,
    stopDialling: () => bridge.stopDialling(),
    land: (limitMs) => bridge.land(limitMs),
    tell: (secondsLeft, calls) => desk.tell({ type: 'desktop.quitting', secondsLeft, calls }),
    told: () => {
      bridge.resumeDialling();
      desk.tell({ type: 'desktop.staying' });
    },
    limitMs: settings.landingSeconds * 1000,
    nowMs: () => Date.now(),
    every: (ms, action) => {
      const timer = setInterval(action, ms);
      return () => clearInterval(timer);
    },
  });
  const desk = new DesktopDesk(
    {
      quitNow: () => landing.now(),
      stay: () => landing.stay(),
      recording: (url) => fetch(`${bridge.console.url}${url}`, { redirect: 'error' }),
    },
    log,
  );
  const window = new MainWindow({
    preload: preloadFile(import.meta.dirname),
    stateFile: join(settings.dataDir, 'desktop', 'window.json'),
    log,
    connect: (port, owner) => joinPort(bridge, desk, port, owner),
  });
  Menu.setApplicationMenu(
    buildMenu((path) => {
      window.show();
      desk.tell({ type: 'desktop.go', path });
    }, settings.dataDir),
  );

  let over: 'no' | 'closing' | 'closed' = 'no';
  const quit = async () => {
    window.show();
    if ((await landing.begin()) === 'stay') {
      over = 'no';
      return;
    }
    stopWatching();
    notices.close();
    sleep.set(false);
    mark.close();
    await bridge.close().catch((error: unknown) => log.error({ err: error }, 'Not everything could be closed'));
    over = 'closed';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (over === 'closed') return;
    event.preventDefault();
    if (over === 'closing') return;
    over = 'closing';
    void quit();
  });
  // On the Mac an app without a window goes on; elsewhere the window is the app, and calls get their goodbye.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => window.show());
  app.on('second-instance', () => window.show());
  powerMonitor.on('shutdown', () => app.quit());
  window.show();
}

/** Join a port of the window to the bridge; what belongs to the desktop itself is taken out. */
function joinPort(bridge: Bridge, desk: DesktopDesk, port: MessagePortMain, window: BrowserWindow): void {
  desk.attach(port);
  bridge.openConsole(portPipe(port, (text) => desk.take(text, port, window)));
}

function describe(calls: number, running: readonly string[]): string | null {
  if (calls === 0 && running.length === 0) return null;
  const people = calls === 0 ? 'nobody on the line' : calls === 1 ? 'one call' : `${calls} calls`;
  return running.length === 0 ? people : `${running.join(', ')}: ${people}`;
}

/** It cannot start: say why in the system's own window, with what to do. */
function fail(error: unknown): never {
  // As the log would have it.
  const { message } = logOptions.serializers.err(error);
  dialog.showErrorBox('Ringside cannot start', message);
  app.exit(1);
  // What is thrown from here on is printed by Electron itself.
  throw new Error(message);
}
