import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { helperEnvironment, type StartHelper } from '#bridge/tunnel/helper-process.ts';

/** By Electron's utility process: this app may not run as plain Node, which the fork of Node would need. */
export const startDesktopHelper: StartHelper = (entry) => {
  const child = utilityProcess.fork(fileURLToPath(entry), [], {
    serviceName: 'Ringside helper',
    stdio: 'ignore',
    env: helperEnvironment(),
  });
  const exited = Promise.withResolvers<void>();
  child.once('exit', () => exited.resolve());
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => void exited.promise.then(listener),
    kill: () => void child.kill(),
  };
};
