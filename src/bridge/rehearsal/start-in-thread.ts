import { Worker } from 'node:worker_threads';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { RehearsalAddresses } from './world.ts';

export interface RehearsalThread {
  readonly addresses: RehearsalAddresses;
  close(): Promise<void>;
}

/** How long the simulated services may take to get up; rendering their first sentences takes about a second. */
const startLimitMs = 30_000;
const closeLimitMs = 3_000;

/** Start the rehearsal world in a worker thread. @throws {BridgeError} `unavailable` */
export async function startRehearsalThread(seed: number): Promise<RehearsalThread> {
  const entry = new URL(import.meta.url.endsWith('.ts') ? './world-worker.ts' : './world-worker.js', import.meta.url);
  const worker = new Worker(entry, { workerData: { seed } });
  try {
    const addresses = await new Promise<RehearsalAddresses>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('it took too long')), startLimitMs);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      worker.once('message', (message: { type: 'ready'; addresses: RehearsalAddresses } | { type: 'failed'; message: string }) =>
        settle(() => (message.type === 'ready' ? resolve(message.addresses) : reject(new Error(message.message)))),
      );
      worker.once('error', (error) => settle(() => reject(error)));
      worker.once('exit', (code) => settle(() => reject(new Error(`it ended with code ${code}`))));
    });
    return { addresses, close: () => end(worker) };
  } catch (error) {
    await worker.terminate();
    throw new BridgeError(
      'unavailable',
      `The rehearsal world could not be started: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

async function end(worker: Worker): Promise<void> {
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, closeLimitMs);
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  worker.postMessage('close');
  await over;
  await worker.terminate();
}
