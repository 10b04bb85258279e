import type { Logger } from 'pino';
import type { Clock } from './contract/clock.ts';
import type { ConsoleSettings } from './contract/settings.ts';
import type { DueRow, RetentionClass, Store } from './store/store.ts';

const dayMs = 24 * 60 * 60 * 1_000;
/** The start of the program has better things to do. */
const firstMs = 60_000;
/** Each takes a millisecond or two of the thread that moves the audio: so few at a time, and a pause after them. */
const batch = 10;
const pauseMs = 200;

export interface RetentionParts {
  readonly store: Pick<Store, 'erasure' | 'recordings'>;
  readonly settings: () => ConsoleSettings['retention'];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Deletes what is older than a person wants it kept: once soon after the start, then every day. */
export class RetentionJob {
  readonly #parts: RetentionParts;
  #cancel: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  run(): void {
    this.#in(firstMs);
  }

  /** Somebody has changed how long things are kept. */
  wake(): void {
    this.#in(1_000);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#running;
  }

  #in(ms: number): void {
    this.#cancel();
    if (this.#isClosed) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#running = this.#running
        .then(() => this.#enforce())
        .catch((error: unknown) => this.#parts.log.error({ err: error }, 'what is past its time could not be deleted'))
        .finally(() => this.#in(dayMs));
    });
  }

  async #enforce(): Promise<void> {
    const { store, settings, log } = this.#parts;
    const { recordingDays, transcriptDays, personalDays } = settings();
    const recordings = await this.#delete('audio', recordingDays, (row) => dropRecording(store, row));
    const transcripts = await this.#delete('transcript', transcriptDays, ({ id }) => store.erasure.words(id));
    const persons = await this.#delete('personal', personalDays, async (row) => {
      await dropRecording(store, row);
      store.erasure.person(row.id);
    });
    if (recordings + transcripts + persons === 0) return;
    store.erasure.settle();
    log.info({ recordings, transcripts, persons }, 'what was kept as long as it should be was deleted');
  }

  async #delete(kind: RetentionClass, days: number | null, drop: (row: DueRow) => Promise<void> | void): Promise<number> {
    if (days === null) return 0;
    const { store, clock } = this.#parts;
    let deleted = 0;
    while (!this.#isClosed) {
      const rows = store.erasure.due(kind, clock.nowMs() - days * dayMs, batch);
      for (const row of rows) await drop(row);
      deleted += rows.length;
      if (rows.length < batch) break;
      await this.#pause();
    }
    return deleted;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.after(pauseMs, resolve);
    });
  }
}

/** The file first: a row without its file is harmless, a file without its row would stay for ever. */
export async function dropRecording({ erasure, recordings }: Pick<Store, 'erasure' | 'recordings'>, row: DueRow): Promise<void> {
  if (row.recordingFile !== null) await recordings.remove(row.recordingFile);
  erasure.audio(row.id);
}
