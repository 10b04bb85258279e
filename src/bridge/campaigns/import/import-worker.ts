import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { BridgeError, type ErrorCode } from '#bridge/contract/errors.ts';
import { type ListRequest, type ListStep, readList } from './read-list.ts';

/** How many steps may be under way: one is being written while the next ones are read. */
const AHEAD = 6;

/** From the reading thread: a step, or the end by an error. Each step is answered by a message when it has been dealt with. */
export type WorkerMessage =
  | ListStep
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly details: unknown };

// Calls go first. On Linux alone a priority is a thread's own; elsewhere this would slow the calls down as well.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

const port = parentPort;
if (port) {
  let underWay = 0;
  let goOn = () => {};
  port.on('message', () => {
    underWay -= 1;
    goOn();
  });
  try {
    for await (const step of readList(workerData as ListRequest)) {
      port.postMessage(step satisfies WorkerMessage);
      underWay += 1;
      while (underWay >= AHEAD) {
        await new Promise<void>((resume) => {
          goOn = resume;
        });
      }
    }
    while (underWay > 0) {
      await new Promise<void>((resume) => {
        goOn = resume;
      });
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
