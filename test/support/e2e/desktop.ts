import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { OperationName, OperationOutput } from '#bridge/contract/operations.ts';
import { freePort } from '../free-port.ts';
import { scriptedConsole } from './ringside.ts';

const root = resolve(import.meta.dirname, '../../..');
const named = join(root, 'node_modules/electron/path.txt');
const real = existsSync(named) ? join(root, 'node_modules/electron/dist', readFileSync(named, 'utf8')) : null;
const isReal = real !== null && existsSync(real);

/** What the desktop specs run on: Electron where its binary is, else the stand-in beside these tests. */
export const runtime = isReal ? 'Electron' : 'the stand-in for Electron on the system’s Chromium';

export interface Desktop extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Run something in main, as a step of its own. It is sent as text: it sees nothing but what it is given. */
  inMain<Result, Given = undefined>(
    run: (electron: typeof import('electron'), given: Given) => Result | Promise<Result>,
    given?: Given,
  ): Promise<Result>;
  /** Any operation, as a script asks for it. */
  invoke<Name extends OperationName>(name: Name, input?: unknown): Promise<OperationOutput<Name>>;
}

/**
 * Playwright's own `evaluate` comes through the inspector, which runs it in the midst of whatever main is doing: a frame that was being
 * masked for a socket got two masks, half by half. What is to run waits until main has finished its step.
 */
const betweenSteps =
  (app: ElectronApplication): Desktop['inMain'] =>
  (run, given) =>
    app.evaluate(
      async (electron, { source, value }) => {
        await new Promise((resume) => setImmediate(resume));
        return new Function(`return ${source}`)()(electron, value);
      },
      { source: String(run), value: given },
    );

/** The built desktop app with a data folder of its own and no key. */
export async function openDesktop(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Desktop> {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && !/^(RINGSIDE_|OPENAI_|TWILIO_|PLIVO_|NGROK_|ELECTRON_)/.test(pair[0]),
    ),
  );
  const port = await freePort();
  const token = 'e2e-token';
  const app = await _electron.launch({
    executablePath: isReal ? real : join(root, 'test/support/electron/electron'),
    args: [...(isReal && process.getuid?.() === 0 ? ['--no-sandbox'] : []), root],
    cwd: root,
    env: {
      ...clean,
      STAND_IN_NODE: process.execPath,
      RINGSIDE_DATA_DIR: dataDir,
      RINGSIDE_CONSOLE_PORT: String(port),
      RINGSIDE_CONSOLE_TOKEN: token,
      RINGSIDE_INGRESS_PORT: '0',
      RINGSIDE_LANDING_SECONDS: '6',
      ...env,
    },
  });
  const page = await app.firstWindow();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  return {
    app,
    page,
    inMain: betweenSteps(app),
    invoke: scriptedConsole(`http://127.0.0.1:${port}`, token),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
