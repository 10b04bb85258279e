import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { storeError } from './store-errors.ts';

/** SQLite's own measure: a log of a thousand pages is moved into the file. */
const logMaxBytes = 4 * 1024 * 1024;
const lookEveryMs = 5_000;

/**
 * Waits for the disk away from the thread that moves the audio. A commit writes to the log file and returns: what it wrote survives the end
 * of this process, however sudden. What must survive a power cut as well, an intent to dial above all, waits here for the disk's word,
 * in the pool's threads; those who wait at the same time share one wait.
 *
 * A sync of a file is about the file, not about who wrote it, so this descriptor of the log does as well as SQLite's own.
 */
export class WriteThrough {
  readonly #logFile: string;
  readonly #folder: string;
  readonly #log: Logger;
  readonly #empty: () => Promise<void>;
  readonly #lookEveryMs: number;
  #handle: FileHandle | null = null;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #look: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param parts `file`: the database; `folder`: what an error names; `empty` moves the log into the file, elsewhere */
  constructor(parts: {
    readonly file: string;
    readonly folder: string;
    readonly log: Logger;
    readonly empty: () => Promise<void>;
    /** How often the size of the log is looked at; for tests. */
    readonly lookEveryMs?: number;
  }) {
    this.#logFile = `${parts.file}-wal`;
    this.#folder = parts.folder;
    this.#log = parts.log;
    this.#empty = parts.empty;
    this.#lookEveryMs = parts.lookEveryMs ?? lookEveryMs;
    this.#lookLater();
  }

  /** Resolves when everything that was committed before the call is on the disk. @throws {BridgeError} `store/unavailable` */
  synced(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#sync().finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    // The one that runs may have begun before our commit.
    this.#next ??= this.#running.then(ignore, ignore).then(() => {
      this.#next = null;
      return this.synced();
    });
    return this.#next;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#look) clearTimeout(this.#look);
    await this.#running?.catch(ignore);
    await this.#handle?.close();
  }

  async #sync(): Promise<void> {
    try {
      this.#handle ??= await open(this.#logFile, 'r+');
      await this.#handle.datasync();
    } catch (error) {
      throw storeError(error, this.#folder);
    }
  }

  #lookLater(): void {
    this.#look = setTimeout(() => void this.#emptyIfLarge(), this.#lookEveryMs);
    this.#look.unref();
  }

  async #emptyIfLarge(): Promise<void> {
    try {
      const { size } = await stat(this.#logFile);
      if (size > logMaxBytes && !this.#closed) await this.#empty();
    } catch (error) {
      this.#log.warn({ err: error }, 'the write-ahead log could not be emptied');
    }
    if (!this.#closed) this.#lookLater();
  }
}

const ignore = () => {};
