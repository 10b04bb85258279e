import { join } from 'node:path';
import { BrowserWindow, type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain, screen, session, shell } from 'electron';
import type { Logger } from 'pino';
import { pageOrigin } from './page-protocol.ts';
import { watchPage } from './page-watch.ts';
import { readWindowState, rememberWindowState } from './window-state.ts';

/** The smallest at which every region of the board has its place. */
const smallest = { width: 1024, height: 680 };
const usual = { width: 1440, height: 900 };

/** Links that may be opened in the outside browser. */
const outside = /^https:\/\//;

export interface WindowParts {
  readonly preload: string;
  readonly stateFile: string;
  readonly log: Logger;
  /** Somebody looks: join the port to the bridge. */
  readonly connect: (port: MessagePortMain, window: BrowserWindow) => void;
}

/** The one window. A page that crashes is opened again; the bridge and its calls do not notice. */
export class MainWindow {
  readonly #parts: WindowParts;
  #window: BrowserWindow | null = null;

  constructor(parts: WindowParts) {
    this.#parts = parts;
    guardSession();
    ipcMain.on('ringside:connect', (event) => this.#connect(event));
  }

  get window(): BrowserWindow | null {
    return this.#window;
  }

  /** Open it, or bring it to the front. */
  show(): void {
    const open = this.#window;
    if (open) {
      if (open.isMinimized()) open.restore();
      open.show();
      open.focus();
      return;
    }
    const state = readWindowState(
      this.#parts.stateFile,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    const window = new BrowserWindow({
      ...(state ?? usual),
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      title: 'Ringside',
      backgroundColor: '#15181d',
      webPreferences: {
        preload: this.#parts.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        // Levels and the transcript go on while another window is in front of it.
        backgroundThrottling: false,
        spellcheck: true,
      },
    });
    if (state?.isMaximized) window.maximize();
    this.#window = window;
    rememberWindowState(window, this.#parts.stateFile);
    guardContents(window);
    watchPage(window, this.#parts.log);
    window.once('ready-to-show', () => window.show());
    window.on('closed', () => {
      this.#window = null;
    });
    window.loadURL(`${pageOrigin}/`).catch((error: unknown) => this.#parts.log.error({ err: error }, 'The window could not be opened'));
  }

  /** A port for our own page in our own window, and for nobody else. */
  #connect(event: IpcMainEvent): void {
    const window = this.#window;
    if (!window || !isOurs(event) || event.sender !== window.webContents) {
      this.#parts.log.warn('A page that is not ours asked for the bridge; it got nothing');
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    this.#parts.connect(port1, window);
    window.webContents.postMessage('ringside:port', null, [port2]);
  }
}

function isOurs(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame?.url.startsWith(`${pageOrigin}/`) === true && (frame.parent ?? null) === null;
}

/** Only the microphone, and only for our own page. */
function guardSession(): void {
  const allowed = (permission: string, origin: string, types: readonly string[] | undefined) =>
    permission === 'media' && origin.startsWith(pageOrigin) && (types ?? []).every((type) => type === 'audio');
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const types = 'mediaTypes' in details ? details.mediaTypes : undefined;
    answer(allowed(permission, details.requestingUrl, types));
  });
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin, details) =>
    allowed(permission, origin, details.mediaType ? [details.mediaType] : undefined),
  );
}

/** The window shows our page and nothing else; other addresses open in the person's own browser. */
function guardContents(window: BrowserWindow): void {
  window.webContents.on('will-navigate', (event) => {
    if (!event.url.startsWith(`${pageOrigin}/`)) event.preventDefault();
  });
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (outside.test(url)) void shell.openExternal(url).catch(() => {});
    return { action: 'deny' };
  });
}

/** Where the preload is, seen from the built main. */
export const preloadFile = (mainFolder: string): string => join(mainFolder, '..', 'preload', 'preload.cjs');
