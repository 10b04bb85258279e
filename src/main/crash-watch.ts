import type { Logger } from 'pino';

/** What listens to a process. */
interface Listened {
  on(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown;
}

/**
 * Whatever nobody catches goes to the log, which writes no secret; Electron itself would show it as it is. Until there is a log the app is
 * not up yet, and cannot come up.
 *
 * @param cannotStart says so, once, and ends the app
 * @returns where the log is to be put as soon as it is there
 */
export function watchCrashes(cannotStart: (error: unknown) => void, process: Listened = globalThis.process): { log: Logger | null } {
  const watch: { log: Logger | null } = { log: null };
  let isOver = false;
  const take = (error: unknown, words: string) => {
    if (watch.log) watch.log.error({ err: error }, words);
    else if (!isOver) {
      isOver = true;
      cannotStart(error);
    }
  };
  process.on('unhandledRejection', (error) => take(error, 'Something failed and nobody was waiting for it'));
  process.on('uncaughtException', (error) => take(error, 'Something was thrown and nobody caught it; calls go on'));
  return watch;
}
