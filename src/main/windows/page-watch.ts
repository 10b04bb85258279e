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
  readonly otherwise?: () => void;
  /** There is nothing to ask any more. */
  readonly over?: AbortSignal;
}

/**
 * Brings the page of the window back after a crash, and asks what to do with one that crashes again and again or that no longer answers.
 * The bridge is not in the page: calls go on meanwhile.
 */
export function watchPage(window: BrowserWindow, log: Logger): void {
  const contents = window.webContents;
  let crashes: readonly number[] = [];
  const openAgain = () => {
    if (!window.isDestroyed()) contents.reload();
  };

  contents.on('render-process-gone', (_event, { reason }) => {
    const nowMs = Date.now();
    crashes = [...crashes.filter((atMs) => nowMs - atMs < crashesWithinMs), nowMs];
    log.error({ reason, times: crashes.length }, 'The page crashed; calls go on');
    if (crashes.length <= crashesMax) {
      // Electron may still be telling others of the crash: whoever navigates meanwhile takes the whole app down (electron/electron#51900).
      setImmediate(openAgain);
      return;
    }
    ask({
      message: 'The window of Ringside crashes again and again',
      detail: 'Calls go on. A call that you were live in is back with the AI.',
      openAgain,
      other: 'Quit',
      otherwise: () => app.quit(),
    });
  });

  contents.on('unresponsive', () => {
    log.error('The page does not answer; calls go on');
    const over = new AbortController();
    const isOver = () => {
      contents.off('responsive', isOver);
      contents.off('render-process-gone', isOver);
      over.abort();
    };
    contents.on('responsive', isOver);
    contents.on('render-process-gone', isOver);
    ask({
      message: 'The window of Ringside does not answer',
      detail: 'Calls go on. A call that you are live in goes back to the AI when the window is opened again.',
      // A page that hangs cannot be asked to go: it is ended, and comes back as after any crash.
      openAgain: () => contents.forcefullyCrashRenderer(),
      other: 'Wait',
      over: over.signal,
    });
  });

  /** In a window of the system, because the page can show nothing. */
  function ask({ message, detail, openAgain: again, other, otherwise, over }: Question): void {
    dialog
      .showMessageBox(window, {
        type: 'error',
        message,
        detail,
        buttons: ['Open the window again', other],
        defaultId: 0,
        cancelId: 1,
        ...(over ? { signal: over } : {}),
      })
      .then(({ response }) => {
        if (over?.aborted || window.isDestroyed()) return;
        if (response === 0) again();
        else otherwise?.();
      })
      .catch((error: unknown) => log.error({ err: error }, 'Nobody could be asked about the window'));
  }
}
