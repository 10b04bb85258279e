import { statSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Logger } from 'pino';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { World } from '#bridge/contract/words.ts';
import { isoOf } from './columns.ts';
import { isOperatorFile, operatorFileOf } from './operator-file.ts';
import { type OpenRecording, openRecording, RecordingTrack, type TrackKeeper } from './recording-track.ts';
import type { Sql } from './sql.ts';
import type { RecordingFiles, RecordingWriter } from './store.ts';
import { codeOf, storeError } from './store-errors.ts';
import { audioBytesOf, blockBytesOf, type Channels, headerBytes, sampleRateHz, wavHeader } from './wav-header.ts';

/** When a disk that has refused something is tried again. */
const againMs = 300;
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
 * All recordings of the bridge, a few of them written at a time. Files that are being written are listed in the database, so that mending
 * after a kill looks at those alone, however many recordings there are.
 */
export class Recordings implements RecordingFiles {
  readonly #folder: string;
  readonly #sql: Sql;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #keeper: TrackKeeper;
  readonly #tracks = new Set<RecordingTrack>();
  /** Those that have something to write and wait for their turn. */
  readonly #waiting = new Set<RecordingTrack>();
  #writing = 0;
  #again: NodeJS.Timeout | null = null;
  #inTrouble = false;

  constructor({ folder, sql, now, log, openFile = openRecording }: RecordingOptions) {
    this.#folder = folder;
    this.#sql = sql;
    this.#now = now;
    this.#log = log;
    this.#keeper = {
      openFile,
      wake: (track) => this.#wake(track),
      troubled: (error) => this.#troubled(error),
      recovered: () => {
        this.#inTrouble = false;
      },
      openBeside: (track, onTrouble) => this.#openTrack(operatorFileOf(track.file), 1, onTrouble),
      closed: (track, whole) => this.#closed(track, whole),
    };
  }

  open(call: CallId, world: World, onTrouble?: (message: string) => void): RecordingWriter {
    const month = isoOf(this.#now()).slice(0, 7);
    return this.#openTrack(`${world}/${month}/${call}.wav`, 2, onTrouble);
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
        if (await mend(this.path(file), channelsOf(file))) mended += 1;
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
    if (!stat) return null;
    const channels = channelsOf(file);
    return Math.round((audioBytesOf(stat.size, channels) / (sampleRateHz * blockBytesOf(channels))) * 1000);
  }

  async remove(file: string): Promise<void> {
    for (const one of [file, operatorFileOf(file)]) {
      try {
        await unlink(this.path(one));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw storeError(error, this.#folder);
      }
      this.#forget(one);
    }
  }

  /** Writes what is queued and closes every file. */
  async close(): Promise<void> {
    if (this.#again) clearTimeout(this.#again);
    this.#again = null;
    await Promise.all([...this.#tracks].map((track) => track.close()));
  }

  #openTrack(file: string, channels: Channels, onTrouble: ((message: string) => void) | undefined): RecordingTrack {
    const track = new RecordingTrack({ file, path: this.path(file), channels }, this.#keeper, onTrouble);
    try {
      this.#sql.run('INSERT INTO open_recordings (file, opened_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING', file, this.#now());
    } catch (error) {
      // The recording may still succeed; only mending it after a kill would not.
      track.report(error);
    }
    this.#tracks.add(track);
    return track;
  }

  /** Called when a call hands its audio over: written at once, by this or by who writes already. */
  #wake(track: RecordingTrack): void {
    this.#waiting.add(track);
    if (this.#writing >= filesAtOnce) return;
    void this.#writeWaiting();
  }

  /** Never rejects, as no flush does. */
  async #writeWaiting(): Promise<void> {
    this.#writing += 1;
    for (const track of this.#waiting) {
      this.#waiting.delete(track);
      await track.flush();
      if (track.isRefused) this.#tryAgain();
    }
    this.#writing -= 1;
  }

  #tryAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = null;
      for (const track of this.#tracks) if (track.isRefused) this.#wake(track);
    }, againMs);
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

function channelsOf(file: string): Channels {
  return isOperatorFile(file) ? 1 : 2;
}

/** Make the header say how much audio the file holds. @returns whether anything had to be changed */
async function mend(path: string, channels: Channels): Promise<boolean> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    const audioBytes = audioBytesOf(size, channels);
    const header = wavHeader(audioBytes, channels);
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
