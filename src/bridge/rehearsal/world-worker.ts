import { parentPort, workerData } from 'node:worker_threads';
import { startRehearsalWorld } from './world.ts';

/** The rehearsal world in a thread of its own: simulating other people's computers must not make our audio late. */
const port = parentPort;
if (!port) throw new Error('this file is a worker');

const { seed } = workerData as { readonly seed: number };
startRehearsalWorld({ seed }).then(
  (world) => {
    port.on('message', () => {
      void world.close().finally(() => {
        port.postMessage({ type: 'closed' });
        port.close();
      });
    });
    port.postMessage({ type: 'ready', addresses: world.addresses });
  },
  (error: unknown) => {
    port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    port.close();
  },
);
