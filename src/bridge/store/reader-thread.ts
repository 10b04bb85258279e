import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { BridgeError } from '#bridge/contract/errors.ts';
import { type Ask, answerTo, type QuestionInput, type QuestionName, type Reply } from './questions.ts';
import { checkpointWorker, closeWorker, type ReaderReply, type ReaderRequest } from './reader-words.ts';
import type { Sql } from './sql.ts';

/** How long the worker may take to finish its answer and close, before it is ended the hard way. */
const closeWithinMs = 2_000;

/** Answers questions elsewhere, or not at all once it is closed. */
export interface Reader {
  readonly ask: Ask;
  /** Move the write-ahead log into the file, in the thread of the questions. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/** For a database in memory, which no other thread can see. */
export function readHere(sql: Sql): Reader {
  return {
    ask: async (name, input) => {
      if (!sql.isOpen) throw closed();
      return answerTo(name, { sql, db: sql.connection }, input);
    },
    checkpoint: async () => undefined,
    close: async () => undefined,
  };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Answers in a worker thread with its own read-only connection: a ranked search over a million segments takes a tenth of a second, five
 * frames of audio. The thread is started by the first question and started again after it died.
 */
export class ReaderThread implements Reader {
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

  readonly ask: Ask = <Name extends QuestionName>(name: Name, input: QuestionInput<Name>) => {
    if (this.#closed) return Promise.reject(closed());
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise<Reply<Name>>((resolve, reject) => {
      this.#lastId += 1;
      // The worker answers each question by its own name.
      this.#waiting.set(this.#lastId, { resolve: (result) => resolve(result as Reply<Name>), reject });
      worker.ref();
      worker.postMessage({ id: this.#lastId, name, input } satisfies ReaderRequest<Name>);
    });
  };

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
    worker.on('message', (reply: ReaderReply | typeof checkpointWorker) => {
      if (reply === checkpointWorker) {
        this.#emptied.shift()?.();
        return;
      }
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('result' in reply) waiting?.resolve(reply.result);
      else waiting?.reject(new BridgeError(reply.error.code, reply.error.message, { details: reply.error.details }));
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
