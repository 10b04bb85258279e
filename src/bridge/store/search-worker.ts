import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Place } from './questions.ts';
import { checkpointWorker, closeWorker, type ReaderReply, type ReaderRequest } from './reader-words.ts';

/** Entry of the thread that searches and lists; see `ReaderThread`. Its connection can read and nothing else. */
const { file, folder } = workerData as { readonly file: string; readonly folder: string };
const port = parentPort;
if (!port) throw new Error('this file is the entry of a worker thread');

let place: Place | null = null;
/** One after the other, in the order in which they came. */
let before = Promise.resolve();

port.on('message', (message: ReaderRequest | typeof closeWorker | typeof checkpointWorker) => {
  before = before.then(() => handle(message));
});

async function handle(message: ReaderRequest | typeof closeWorker | typeof checkpointWorker): Promise<void> {
  if (message === checkpointWorker) {
    checkpoint();
    port?.postMessage(checkpointWorker);
  } else if (message === closeWorker) {
    place?.db.close();
    port?.close();
  } else port?.postMessage(await answer(message));
}

/** What answers is loaded for the first question: the thread may be here for the log alone, and then 10 MB less will do. */
async function answer({ id, name, input }: ReaderRequest): Promise<ReaderReply> {
  const [{ answerTo }, { BridgeError }, { readsOf }, { storeError }] = await Promise.all([
    import('./questions.ts'),
    import('#bridge/contract/errors.ts'),
    import('./sql.ts'),
    import('./store-errors.ts'),
  ]);
  try {
    if (!place) {
      const db = new Database(file, { readonly: true, fileMustExist: true });
      place = { db, sql: readsOf(db) };
    }
    return { id, result: answerTo(name, place, input) };
  } catch (error) {
    const known = storeError(error, folder);
    return {
      id,
      error:
        known instanceof BridgeError
          ? { code: known.code, message: known.message, details: known.details }
          : { code: 'internal', message: `The search failed: ${String(known)}` },
    };
  }
}

/** What cannot be moved now, because somebody reads or writes, is moved the next time. */
function checkpoint(): void {
  const writer = new Database(file, { fileMustExist: true });
  try {
    writer.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    writer.close();
  }
}
