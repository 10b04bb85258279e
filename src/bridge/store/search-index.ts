import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { BridgeError, type ErrorCode } from '#bridge/contract/errors.ts';
import type { SearchHit } from '#bridge/contract/operations.ts';
import { searchTranscripts } from './search-query.ts';
import type { Sql } from './sql.ts';
import type { SearchIndex, SearchQuery } from './store.ts';

export interface SearchRequest {
  readonly id: number;
  readonly query: SearchQuery;
}

export type SearchReply = { readonly id: number } & (
  | { readonly hits: readonly SearchHit[] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }
);

/** Told to the worker to close its connection and end. */
export const closeWorker = 'close';
/** Told to the worker to move the write-ahead log into the file; answered with the same word. */
export const checkpointWorker = 'checkpoint';

/** How long the worker may take to finish its search and close, before it is ended the hard way. */
const closeWithinMs = 2_000;

/** An index whose searches run elsewhere, or not at all once it is closed. */
export interface ClosableSearch extends SearchIndex {
  /** Move the write-ahead log into the file, in the thread of the searches. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/** For a database in memory, which no other thread can see. */
export function searchHere(sql: Sql): ClosableSearch {
  return {
    transcripts: async (query) => {
      if (!sql.isOpen) throw closed();
      return searchTranscripts(sql.connection, query);
    },
    checkpoint: async () => undefined,
    close: async () => undefined,
  };
}

interface Waiting {
  resolve(hits: readonly SearchHit[]): void;
  reject(error: unknown): void;
}

/**
 * Searches in a worker thread with its own read-only connection: a ranked search over a million segments takes a tenth of a second, five
 * frames of audio. The thread is started by the first search and started again after it died.
 */
export class SearchThread implements ClosableSearch {
  readonly #file: string;
  readonly #folder: string;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #emptied: (() => void)[] = [];
  #lastId = 0;
  #closed = false;

  constructor(file: string, folder: string, log: Logger) {
    this.#file = file;
    this.#folder = folder;
    this.#log = log;
  }

  transcripts(query: SearchQuery): Promise<readonly SearchHit[]> {
    if (this.#closed) return Promise.reject(closed());
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject });
      worker.ref();
      worker.postMessage({ id: this.#lastId, query } satisfies SearchRequest);
    });
  }

  checkpoint(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve) => {
      this.#emptied.push(resolve);
      worker.postMessage(checkpointWorker);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    worker.postMessage(closeWorker);
    const timer = setTimeout(() => void worker.terminate().catch(() => undefined), closeWithinMs);
    await gone;
    clearTimeout(timer);
  }

  #start(): Worker {
    const entry = new URL(import.meta.url.endsWith('.ts') ? './search-worker.ts' : './search-worker.js', import.meta.url);
    const worker = new Worker(entry, { workerData: { file: this.#file, folder: this.#folder }, name: 'search' });
    worker.unref();
    worker.on('message', (reply: SearchReply | typeof checkpointWorker) => {
      if (reply === checkpointWorker) {
        this.#emptied.shift()?.();
        return;
      }
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('hits' in reply) waiting?.resolve(reply.hits);
      else waiting?.reject(new BridgeError(reply.error.code, reply.error.message));
    });
    worker.on('error', (error) => this.#log.error({ err: error }, 'the search thread died'));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const resolve of this.#emptied.splice(0)) resolve();
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of waiting) {
        reject(
          this.#closed ? closed() : new BridgeError('store/unavailable', 'The search stopped by itself. Try again.', { retryable: true }),
        );
      }
    });
    return worker;
  }
}

function closed(): BridgeError {
  return new BridgeError('store/unavailable', 'The store is closed; nothing can be searched any more.');
}
