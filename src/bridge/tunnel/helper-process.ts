import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A small program of ours in a process of its own, which can be killed when it hangs. */
export interface HelperProcess {
  /** @param message plain data */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told once, also when it could not be started. */
  onExit(listener: () => void): void;
  /** At once and without a word. May be called again. */
  kill(): void;
}

/** Starts a module as a process. Plain Node and Electron do it in different ways. */
export type StartHelper = (entry: URL) => HelperProcess;

/** What a helper may know of our environment: how to find programs, files and the network; never a key. */
const passedOn =
  /^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|WINDIR|TEMP|TMP|TMPDIR|LANG|LC_ALL|TZ|SSL_CERT_.*|(HTTPS?|ALL|NO)_PROXY)$/i;

export function helperEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value !== undefined && passedOn.test(name) ? [[name, value]] : [])),
  );
}

/** By Node's own `fork`. The flags with which this process runs (a debugger's port, a heap limit) are not for the helper. */
export const startNodeHelper: StartHelper = (entry) => {
  const child = fork(fileURLToPath(entry), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: helperEnvironment(),
    serialization: 'json',
  });
  const exited = Promise.withResolvers<void>();
  child.once('exit', () => exited.resolve());
  child.once('error', () => exited.resolve());
  // A process that hangs must not keep ours from ending.
  child.unref();
  child.channel?.unref();
  return {
    send: (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => void exited.promise.then(listener),
    kill: () => void child.kill('SIGKILL'),
  };
};
