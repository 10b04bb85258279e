import { app, type BrowserWindow, dialog } from 'electron';
import type { Logger } from 'pino';

/** A page that crashes more often than this within the time is not opened again unasked. */
const crashesMax = 5;
const crashesWithinMs = 60_000;

interface Question {
  readonly message: string;
  readonly detail: string;
  readonly openAgain: () => void;
  /** What the other button says. */
  readonly other: string;
  readonly otherwise: () => void;
  /** There is nothing to ask any more. */
  readonly over?: AbortSignal;
}

/**
 * Brings the page of the window back after a crash, and asks what to do with one that crashes again and again or that no longer answers.
 * The bridge is not in the page: calls go on meanwhile.
 */
export class PageWatch {
  readonly #window: BrowserWindow;
  readonly #log: Logger;
  #crashes: number[] = [];

  constructor(window: BrowserWindow, log: Logger) {
    this.#window = window;
    this.#log = log;
    window.webContents.on('render-process-gone', (_event, { reason }) => this.#crashed(reason));
    window.webContents.on('unresponsive', () => this.#hangs());
  }

  #crashed(reason: string): void {
    const nowMs = Date.now();
    this.#crashes = [...this.#crashes.filter((atMs) => nowMs - atMs < crashesWithinMs), nowMs];
    this.#log.error({ reason, times: this.#crashes.length }, 'The page crashed; calls go on');
    if (this.#crashes.length <= crashesMax) {
      // Electron may still be telling others of the crash: whoever navigates meanwhile takes the whole app down (electron/electron#51900).
      setImmediate(() => this.#openAgain());
      return;
    }
    this.#ask({
      message: 'The window of Ringside crashes again and again',
      detail: 'Calls go on. A call that you were live in is back with the AI.',
      openAgain: () => this.#openAgain(),
      other: 'Quit',
      otherwise: () => app.quit(),
    });
  }

  #hangs(): void {
    this.#log.error('The page does not answer; calls go on');
    const contents = this.#window.webContents;
    const over = new AbortController();
    const isOver = () => {
      contents.off('responsive', isOver);
      contents.off('render-process-gone', isOver);
      over.abort();
    };
    contents.on('responsive', isOver);
    contents.on('render-process-gone', isOver);
    this.#ask({
      message: 'The window of Ringside does not answer',
      detail: 'Calls go on. A call that you are live in goes back to the AI when the window is opened again.',
      // A page that hangs cannot be asked to go: it is ended, and comes back as after any crash.
      openAgain: () => contents.forcefullyCrashRenderer(),
      other: 'Wait',
      otherwise: () => {},
      over: over.signal,
    });
  }

  /** In a window of the system, because the page can show nothing. */
  #ask({ message, detail, openAgain, other, otherwise, over }: Question): void {
    dialog
      .showMessageBox(this.#window, {
        type: 'error',
        message,
        detail,
        buttons: ['Open the window again', other],
        defaultId: 0,
        cancelId: 1,
        ...(over ? { signal: over } : {}),
      })
      .then(({ response }) => {
        if (over?.aborted || this.#window.isDestroyed()) return;
        if (response === 0) openAgain();
        else otherwise();
      })
      .catch((error: unknown) => this.#log.error({ err: error }, 'Nobody could be asked about the window'));
  }

  #openAgain(): void {
    if (!this.#window.isDestroyed()) this.#window.webContents.reload();
  }
}
