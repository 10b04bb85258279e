import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { BridgeError } from '#bridge/contract/errors.ts';
import { checkpointWorker, closeWorker, type SearchReply, type SearchRequest } from './search-index.ts';
import { searchTranscripts } from './search-query.ts';
import { storeError } from './store-errors.ts';

/** Entry of the search thread; see `SearchThread`. Its connection can read and nothing else. */
const { file, folder } = workerData as { readonly file: string; readonly folder: string };
const port = parentPort;
if (!port) throw new Error('this file is the entry of a worker thread');

let db: Database.Database | null = null;

port.on('message', (message: SearchRequest | typeof closeWorker | typeof checkpointWorker) => {
  if (message === checkpointWorker) {
    checkpoint();
    port.postMessage(checkpointWorker);
    return;
  }
  if (message === closeWorker) {
    db?.close();
    port.close();
    return;
  }
  port.postMessage(answer(message));
});

function answer({ id, query }: SearchRequest): SearchReply {
  try {
    db ??= new Database(file, { readonly: true, fileMustExist: true });
    return { id, hits: searchTranscripts(db, query) };
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

/** What cannot be moved now, because somebody reads or writes, is moved the next time. */
function checkpoint(): void {
  const writer = new Database(file, { fileMustExist: true });
  try {
    writer.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    writer.close();
  }
}
