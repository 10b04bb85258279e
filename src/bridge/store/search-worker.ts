import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { BridgeError } from '#bridge/contract/errors.ts';
import { answerTo, type Place } from './questions.ts';
import { checkpointWorker, closeWorker, type ReaderReply, type ReaderRequest } from './reader-thread.ts';
import { readsOf } from './sql.ts';
import { storeError } from './store-errors.ts';

/** Entry of the thread that searches and lists; see `ReaderThread`. Its connection can read and nothing else. */
const { file, folder } = workerData as { readonly file: string; readonly folder: string };
const port = parentPort;
if (!port) throw new Error('this file is the entry of a worker thread');

let place: Place | null = null;

port.on('message', (message: ReaderRequest | typeof closeWorker | typeof checkpointWorker) => {
  if (message === checkpointWorker) {
    checkpoint();
    port.postMessage(checkpointWorker);
    return;
  }
  if (message === closeWorker) {
    place?.db.close();
    port.close();
    return;
  }
  port.postMessage(answer(message));
});

function answer({ id, name, input }: ReaderRequest): ReaderReply {
  try {
    place ??= open();
    return { id, result: answerTo(name, place, input) };
  } catch (error) {
    const known = storeError(error, folder);
    return {
      id,
      error:
        known instanceof BridgeError
          ? { code: known.code, message: known.message }
          : { code: 'internal', message: `The search failed: ${String(known)}` },
    };
  }
}

function open(): Place {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  return { db, sql: readsOf(db) };
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
