import { randomUUID } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { BridgeError } from '#bridge/contract/errors.ts';
import { agentTable } from './agents-table.ts';
import { attemptTable } from './attempts-table.ts';
import { attentionTable } from './attention-table.ts';
import { campaignTable } from './campaigns-table.ts';
import { clipTable } from './clips-table.ts';
import { colleagueTable } from './colleagues-table.ts';
import { dialLease, noLease } from './dial-lease.ts';
import { erasureTable } from './erasure.ts';
import { leadTable } from './leads-table.ts';
import { makeFolder } from './make-folder.ts';
import { makeForUserAlone } from './make-for-user-alone.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/all.ts';
import { ReaderThread, readHere } from './reader-thread.ts';
import { Recordings, recordingsFolder } from './recording-files.ts';
import type { OpenRecording } from './recording-track.ts';

import { reviewTable } from './review-table.ts';
import { Sql } from './sql.ts';
import type { Store } from './store.ts';
import { storeError } from './store-errors.ts';
import { suppressionTable } from './suppressions-table.ts';
import { transcriptTable } from './transcripts-table.ts';
import { transferLegTable } from './transfer-legs-table.ts';
import { usageIn } from './usage.ts';
import { WriteThrough } from './write-through.ts';

export interface StoreOptions {
  /** Folder of the database and the recordings; made when it is missing, for this user alone. `:memory:` keeps nothing. */
  readonly dataDir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  /** Take the lock of the folder before anything in it is read or changed, and refuse when somebody else has it. */
  readonly alone?: boolean;
  /** How a recording's file is opened; a test brings a disk that refuses. */
  readonly openRecording?: OpenRecording;
}

/** Name of the database inside the data folder. */
export const databaseFile = 'ringside.db';

/**
 * Open the store and bring its file up to this build.
 *
 * @throws {BridgeError} `store/newer` when a later build wrote the file; `store/unavailable` when the folder cannot be used;
 * `state/conflict` when it is wanted alone and another process has it
 */
export async function openStore({ dataDir, now, log, alone = false, openRecording }: StoreOptions): Promise<Store> {
  const inMemory = dataDir === ':memory:';
  const folder = inMemory ? join(tmpdir(), `ringside-${randomUUID()}`) : dataDir;
  const file = inMemory ? ':memory:' : join(folder, databaseFile);
  if (!inMemory) makeDataFolder(folder);
  const lease = inMemory ? noLease : dialLease(folder);
  if (alone && !lease.acquire()) throw inUse(folder);
  let sql: Sql;
  try {
    if (!inMemory) await makeFile(file, folder);
    sql = new Sql(file, inMemory ? 'memory' : folder);
  } catch (error) {
    lease.release();
    throw error;
  }
  try {
    const applied = migrate(sql, migrations, folder, () =>
      log.info('the database is being brought up to this build; many calls take a while'),
    );
    if (applied > 0) log.info({ applied }, 'the database was brought up to this build');
  } catch (error) {
    sql.close();
    lease.release();
    throw error;
  }
  const reader = inMemory ? readHere(sql) : new ReaderThread(file, folder, log);
  const { ask } = reader;
  const recordings = new Recordings({ folder: recordingsFolder(folder), sql, now, log, ...(openRecording && { openFile: openRecording }) });
  const through = inMemory ? null : new WriteThrough({ file, folder, log, empty: () => reader.checkpoint() });

  const shut = async () => {
    await recordings.close();
    await through?.close();
    await reader.close();
    try {
      sql.pragma('optimize');
      sql.checkpoint();
    } catch (error) {
      // Nothing is lost: the log beside the file is read at the next start.
      log.warn({ err: error }, 'the write-ahead log could not be emptied');
    }
    sql.close();
    lease.release();
    if (inMemory) await rm(folder, { recursive: true, force: true });
  };
  let shutting: Promise<void> | null = null;

  return {
    agents: agentTable(sql, now),
    campaigns: campaignTable(sql, now),
    leads: leadTable(sql, now),
    suppressions: suppressionTable(sql, now),
    attempts: attemptTable(sql),
    transcripts: transcriptTable(sql),
    review: reviewTable(sql),
    clips: clipTable(sql, now),
    colleagues: colleagueTable(sql, now),
    transferLegs: transferLegTable(sql),
    attention: attentionTable(sql),
    erasure: erasureTable(sql),
    search: {
      transcripts: (query) => ask('transcripts', query),
      calls: (query) => ask('calls', query),
      countCalls: (filter) => ask('countCalls', filter),
      tags: (world) => ask('tags', world),
      leads: (query) => ask('leads', query),
      suppressions: (query) => ask('suppressions', query),
    },
    figures: {
      spending: (campaign) => ask('spending', campaign),
      day: (query) => ask('day', query),
      insights: (query) => ask('insights', query),
      peaks: ({ file: recording, bucketMs }) => ask('peaks', { path: recordings.path(recording), bucketMs }),
      usage: usageIn({ folder, file: inMemory ? null : file, recordings: recordingsFolder(folder), ask, now }),
    },
    recordings,
    lease,
    transaction: (work) => sql.transaction(work),
    synced: () => through?.synced() ?? Promise.resolve(),
    close: () => {
      shutting ??= shut();
      return shutting;
    },
  };
}

function inUse(folder: string): BridgeError {
  return new BridgeError(
    'state/conflict',
    `Another Ringside is using the data folder ${folder}. Close it, or choose another folder with RINGSIDE_DATA_DIR.`,
  );
}

function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw storeError(error, folder);
  }
}

/** SQLite gives its log and index files the mode of the database, so that one is made first, readable by this user alone. */
async function makeFile(file: string, folder: string): Promise<void> {
  try {
    makeForUserAlone(file);
    await chmod(file, 0o600);
  } catch (error) {
    throw storeError(error, folder);
  }
}
