import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Logger } from 'pino';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { World } from '#bridge/contract/words.ts';
import { isoOf } from './columns.ts';
import { type OpenRecording, openRecording, RecordingTrack, type TrackKeeper } from './recording-track.ts';
import type { Sql } from './sql.ts';
import type { RecordingFiles, RecordingWriter } from './store.ts';
import { codeOf, storeError } from './store-errors.ts';
import { audioBytesOf, bytesPerSecond, headerBytes, wavHeader } from './wav-header.ts';

/**
 * How long audio waits here for the disk. Together with what it waits for before (see the recorder of calls) it bounds what a killed
 * process loses of each recording, which must stay below a second.
 */
const flushEveryMs = 300;
/** Files written at once: enough to keep the disk busy, few enough to leave threads for name look-ups. */
const filesAtOnce = 4;

export interface RecordingOptions {
  /** The recordings folder; made when the first recording is written. */
  readonly folder: string;
  readonly sql: Sql;
  readonly now: () => number;
  readonly log: Logger;
  readonly openFile?: OpenRecording;
}

/**
 * All recordings of the bridge, written by one flusher. Files that are being written are listed in the database, so that mending after a
 * kill looks at those alone, however many recordings there are.
 */
export class Recordings implements RecordingFiles {
  readonly #folder: string;
  readonly #sql: Sql;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #keeper: TrackKeeper;
  readonly #tracks = new Set<RecordingTrack>();
  #timer: NodeJS.Timeout | null = null;
  #flushing = false;
  #inTrouble = false;

  constructor({ folder, sql, now, log, openFile = openRecording }: RecordingOptions) {
    this.#folder = folder;
    this.#sql = sql;
    this.#now = now;
    this.#log = log;
    this.#keeper = {
      openFile,
      wake: () => this.#wake(),
      troubled: (error) => this.#troubled(error),
      recovered: () => {
        this.#inTrouble = false;
      },
      closed: (track, whole) => this.#closed(track, whole),
    };
  }

  open(call: CallId, world: World, onTrouble?: (message: string) => void): RecordingWriter {
    const month = isoOf(this.#now()).slice(0, 7);
    const file = `${world}/${month}/${call}.wav`;
    const track = new RecordingTrack(file, this.path(file), this.#keeper, onTrouble);
    try {
      this.#sql.run('INSERT INTO open_recordings (file, opened_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING', file, this.#now());
    } catch (error) {
      // The recording may still succeed; only mending it after a kill would not.
      track.report(error);
    }
    this.#tracks.add(track);
    return track;
  }

  path(file: string): string {
    const path = resolve(this.#folder, file);
    const inside = relative(this.#folder, path);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) throw new BridgeError('not-found', 'There is no such recording.');
    return path;
  }

  async repair(): Promise<number> {
    const writing = new Set([...this.#tracks].map((track) => track.file));
    let mended = 0;
    for (const { file } of this.#sql.all<{ file: string }>('SELECT file FROM open_recordings ORDER BY opened_at_ms')) {
      if (writing.has(file)) continue;
      try {
        if (await mend(this.path(file))) mended += 1;
        this.#forget(file);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') this.#forget(file);
        else this.#log.warn({ err: error, file }, 'a recording could not be mended');
      }
    }
    return mended;
  }

  durationMs(file: string): number | null {
    const stat = statSync(this.path(file), { throwIfNoEntry: false });
    return stat ? Math.round((audioBytesOf(stat.size) / bytesPerSecond) * 1000) : null;
  }

  /** Writes what is queued and closes every file. */
  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await Promise.all([...this.#tracks].map((track) => track.close()));
  }

  #wake(): void {
    if (this.#timer || this.#flushing) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#flushAll().catch((error: unknown) => this.#log.error({ err: error }, 'recordings could not be flushed'));
    }, flushEveryMs);
  }

  async #flushAll(): Promise<void> {
    this.#flushing = true;
    try {
      const behind = [...this.#tracks].filter((track) => track.isBehind).values();
      const writeNext = async () => {
        for (const track of behind) await track.flush();
      };
      await Promise.all(Array.from({ length: filesAtOnce }, writeNext));
    } finally {
      this.#flushing = false;
    }
    // What came in meanwhile, and what the disk refused.
    if ([...this.#tracks].some((track) => track.isBehind)) this.#wake();
  }

  #troubled(error: unknown): string {
    const known = storeError(error, this.#folder);
    const message = known instanceof Error ? known.message : String(known);
    if (!this.#inTrouble) this.#log.error({ err: error }, 'a recording cannot be written');
    this.#inTrouble = true;
    return message;
  }

  #closed(track: RecordingTrack, whole: boolean): void {
    this.#tracks.delete(track);
    // One that is not whole stays listed, and is mended at the next start.
    if (whole) this.#forget(track.file);
  }

  #forget(file: string): void {
    try {
      this.#sql.run('DELETE FROM open_recordings WHERE file = ?', file);
    } catch (error) {
      this.#log.warn({ err: error, file }, 'a finished recording stays on the list of open ones');
    }
  }
}

/** The recordings folder of a data folder. */
export function recordingsFolder(dataDir: string): string {
  return join(dataDir, 'recordings');
}

/** Make the header say how much audio the file holds. @returns whether anything had to be changed */
async function mend(path: string): Promise<boolean> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    const audioBytes = audioBytesOf(size);
    const header = wavHeader(audioBytes);
    const found = Buffer.alloc(headerBytes);
    await handle.read(found, 0, headerBytes, 0);
    if (found.equals(header) && size === headerBytes + audioBytes) return false;
    await handle.write(header, 0, headerBytes, 0);
    await handle.truncate(headerBytes + audioBytes);
    return true;
  } finally {
    await handle.close();
  }
}
