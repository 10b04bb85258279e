import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdp } from './cdp.ts';

const own = mkdtempSync(join(tmpdir(), 'stand-in-'));
/** Where Chromium keeps its profile. */
export const profileFolder = join(own, 'chromium');
/** Switches for Chromium that the app asked for. */
export const switches: string[] = [];

/** What the desktop was asked to do, for a spec to read through `app.evaluate(({ app }) => app.standIn)`. */
export const record = {
  /** Those that were shown; `click` is what a person does to one. */
  notifications: [] as { readonly options: unknown; readonly click: () => void }[],
  external: [] as string[],
  dialogs: [] as { readonly kind: string; readonly options: unknown }[],
  blockers: new Map<number, string>(),
  trays: [] as { readonly words: string }[],
};

interface Windows {
  readonly size: number;
  closeAll(): void;
}

class App extends EventEmitter {
  readonly standIn = record;
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => switches.push(value === undefined ? `--${name}` : `--${name}=${value}`),
    hasSwitch: (name: string) => switches.some((given) => given.startsWith(`--${name}`)),
  };
  readonly isPackaged = false;
  readonly name = 'stand-in';
  readonly dock = undefined;
  readonly #paths = new Map<string, string>([
    ['userData', own],
    ['temp', tmpdir()],
    ['home', homedir()],
    ['downloads', own],
    ['documents', own],
    ['appData', own],
    ['exe', process.execPath],
  ]);
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #isQuitting = false;
  windows: Windows = { size: 0, closeAll: () => {} };
  end: (code: number) => Promise<void> = async (code) => process.exit(code);

  isReady = (): boolean => this.#isReady;
  whenReady = (): Promise<void> => this.#ready.promise;
  getPath = (name: string): string => this.#paths.get(name) ?? own;
  setPath = (name: string, path: string): void => void this.#paths.set(name, path);
  getAppPath = (): string => process.cwd();
  getVersion = (): string => '0.0.0';
  getName = (): string => this.name;
  getLocale = (): string => 'en-US';
  requestSingleInstanceLock = (): boolean => true;
  setAppUserModelId = (): void => {};
  enableSandbox = (): void => {};
  focus = (): void => {};
  exit = (code = 0): void => void this.end(code);

  becomeReady(): void {
    this.#isReady = true;
    this.#ready.resolve();
    this.emit('ready', {}, {});
  }

  get isQuitting(): boolean {
    return this.#isQuitting;
  }

  quit = (): void => {
    if (this.#isQuitting || this.#isStopped('before-quit')) return;
    this.#isQuitting = true;
    this.windows.closeAll();
    this.leaveIfDone();
  };

  /** A window refused to close. */
  stay(): void {
    this.#isQuitting = false;
  }

  leaveIfDone(): void {
    if (!this.#isQuitting || this.windows.size > 0) return;
    if (this.#isStopped('will-quit')) {
      this.#isQuitting = false;
      return;
    }
    this.emit('quit', {}, 0);
    void this.end(0);
  }

  #isStopped(event: string): boolean {
    let stopped = false;
    this.emit(event, {
      preventDefault: () => {
        stopped = true;
      },
    });
    return stopped;
  }
}

export const app = new App();

/** Leave nothing behind. */
export async function leave(code: number, chromium: { kill(signal: NodeJS.Signals): boolean } | null): Promise<never> {
  await Promise.race([cdp.send('Browser.close').catch(() => {}), new Promise((resume) => setTimeout(resume, 1_000))]);
  chromium?.kill('SIGKILL');
  rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  process.exit(code);
}
