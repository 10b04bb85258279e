import { stat, statfs } from 'node:fs/promises';
import type { Ask } from './questions.ts';
import type { DataUsage, Figures } from './reader.ts';
import { storeError } from './store-errors.ts';

/** A screen that shows it asks again and again; the disk is looked at this often at the most. */
const freshMs = 5_000;

export interface UsageParts {
  /** The data folder. */
  readonly folder: string;
  /** The database; null when it is in memory. */
  readonly file: string | null;
  readonly recordings: string;
  readonly ask: Ask;
  readonly now: () => number;
}

/** How much room everything takes. Who asks while somebody waits for the answer gets the same one. */
export function usageIn(parts: UsageParts): Figures['usage'] {
  let known: { readonly usage: Promise<DataUsage>; readonly atMs: number } | null = null;
  return () => {
    const nowMs = parts.now();
    if (known && nowMs - known.atMs < freshMs) return known.usage;
    const usage = look(parts);
    const mine = { usage, atMs: nowMs };
    known = mine;
    // A failure is not worth keeping.
    usage.catch(() => {
      if (known === mine) known = null;
    });
    return usage;
  };
}

async function look({ folder, file, recordings, ask }: UsageParts): Promise<DataUsage> {
  try {
    const [rows, taken, disk, ...sizes] = await Promise.all([
      ask('rows', null),
      ask('recordings', recordings),
      file === null ? null : statfs(folder),
      ...(file === null ? [] : [file, `${file}-wal`, `${file}-shm`].map(sizeOf)),
    ]);
    return {
      ...rows,
      databaseBytes: sizes.reduce((sum, size) => sum + size, 0),
      recordings: taken,
      freeBytes: disk === null ? 0 : disk.bavail * disk.bsize,
    };
  } catch (error) {
    throw storeError(error, folder);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // The log comes and goes.
    return 0;
  }
}
