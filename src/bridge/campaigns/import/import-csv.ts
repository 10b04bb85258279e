import { Worker } from 'node:worker_threads';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { WorkerMessage } from './import-worker.ts';
import type { ListRequest, ListStep } from './read-list.ts';

export type ListBatch = Extract<ListStep, { readonly type: 'batch' }>;

/** What was found out about a list, and what became of its rows. */
export interface ListEnd {
  readonly opened: Extract<ListStep, { readonly type: 'opened' }>;
  readonly done: Extract<ListStep, { readonly type: 'done' }>;
}

const entry = new URL(import.meta.url.endsWith('.ts') ? './import-worker.ts' : './import-worker.js', import.meta.url);

/** The thread needs little: a batch or two, and the numbers that it has seen. A small nursery keeps its garbage small. */
const resourceLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32 };

/** So long a text of some dozen rows takes about as long as starting a thread would, and a thread leaves 20 MB in this process behind. */
const shortCharacters = 4_096;

/**
 * Read a list and hand one batch after the other to `take`: a short one here, any other with {@link readListInThread}.
 *
 * @throws {BridgeError} as that does
 */
export function readInBatches(request: ListRequest, take: (batch: ListBatch) => Promise<void>, signal: AbortSignal): Promise<ListEnd> {
  const isShort = 'csv' in request.source && request.source.csv.length <= shortCharacters;
  return isShort ? readListHere(request, take, signal) : readListInThread(request, take, signal);
}

async function readListHere(request: ListRequest, take: (batch: ListBatch) => Promise<void>, signal: AbortSignal): Promise<ListEnd> {
  // What reads lists is not needed to be ready for calls.
  const { readList } = await import('./read-list.ts');
  let opened: ListEnd['opened'] | null = null;
  for await (const step of readList(request)) {
    if (signal.aborted) throw ended();
    if (step.type === 'opened') opened = step;
    if (step.type === 'batch') await take(step);
    if (step.type === 'done' && opened) return { opened, done: step };
  }
  throw new BridgeError('internal', 'The list could not be read.');
}

/**
 * Read a list in a thread of its own, so that no audio waits for it, and hand one batch after the other to `take`. The thread is never more
 * than a few batches ahead, so that it cannot fill the memory when the disk is slow.
 *
 * @param signal ends it early
 * @throws {BridgeError} `input/invalid` as {@link readList} does; `unavailable` when it was ended early; and whatever `take` throws
 */
export async function readListInThread(
  request: ListRequest,
  take: (batch: ListBatch) => Promise<void>,
  signal: AbortSignal,
): Promise<ListEnd> {
  if (signal.aborted) throw ended();
  const worker = new Worker(entry, { workerData: request, name: 'import', resourceLimits });
  try {
    return await new Promise<ListEnd>((resolve, reject) => {
      let opened: ListEnd['opened'] | null = null;
      const onMessage = async (message: WorkerMessage) => {
        if (message.type === 'failed') throw new BridgeError(message.code, message.message, { details: message.details });
        if (message.type === 'opened') opened = message;
        if (message.type === 'batch') await take(message);
        if (message.type === 'done' && opened) resolve({ opened, done: message });
        worker.postMessage('next');
      };
      signal.addEventListener('abort', () => reject(ended()), { once: true });
      let before = Promise.resolve();
      worker.on('message', (message: WorkerMessage) => {
        before = before.then(() => onMessage(message)).catch(reject);
      });
      worker.on('error', (cause) => reject(new BridgeError('internal', 'The list could not be read.', { cause })));
      // Its last message may still be on its way through our hands.
      worker.on('exit', () => void before.then(() => reject(ended())));
    });
  } finally {
    await worker.terminate();
  }
}

function ended(): BridgeError {
  return new BridgeError('unavailable', 'The import was ended before it was done; what was imported so far stays.', { retryable: true });
}
