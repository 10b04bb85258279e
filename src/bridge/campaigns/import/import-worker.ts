import { parentPort, workerData } from 'node:worker_threads';
import { BridgeError, type ErrorCode } from '#bridge/contract/errors.ts';
import { type ListRequest, type ListStep, readList } from './read-list.ts';

/** From the reading thread: a step, or the end by an error. After each message it waits for one before it reads on. */
export type WorkerMessage =
  | ListStep
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly details: unknown };

const port = parentPort;
if (port) {
  const heard = () => new Promise<void>((resume) => port.once('message', () => resume()));
  try {
    for await (const step of readList(workerData as ListRequest)) {
      const wait = heard();
      port.postMessage(step satisfies WorkerMessage);
      await wait;
    }
  } catch (error) {
    const known = error instanceof BridgeError;
    port.postMessage({
      type: 'failed',
      code: known ? error.code : 'internal',
      message: known ? error.message : 'The list could not be read.',
      details: known ? error.details : String(error),
    } satisfies WorkerMessage);
  }
  port.close();
}
