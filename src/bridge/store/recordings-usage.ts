import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOperatorFile } from './operator-file.ts';
import type { RecordingsUsage } from './reader.ts';

/** A folder in which nothing was added for so long holds no recording that still grows: the longest call takes an hour. */
const quietMs = 2 * 3_600_000;

interface Folder extends RecordingsUsage {
  readonly changedAtMs: number;
}

/** Folders that were looked through, one for each world and month. */
const known = new Map<string, Folder>();

/** How much room the recordings take. Only folders in which something may have changed are looked through again. Blocks its thread. */
export function recordingsUsage(folder: string): RecordingsUsage {
  let bytes = 0;
  let files = 0;
  for (const world of foldersIn(folder)) {
    for (const month of foldersIn(world)) {
      const usage = usageOf(month);
      bytes += usage.bytes;
      files += usage.files;
    }
  }
  return { bytes, files };
}

function usageOf(folder: string): RecordingsUsage {
  const changedAtMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const before = known.get(folder);
  if (before?.changedAtMs === changedAtMs && Date.now() - changedAtMs > quietMs) return before;
  let bytes = 0;
  let files = 0;
  for (const name of readdirSync(folder)) {
    const file = statSync(join(folder, name), { throwIfNoEntry: false });
    if (!file?.isFile()) continue;
    bytes += file.size;
    // An operator's own track belongs to the recording beside it.
    if (!isOperatorFile(name)) files += 1;
  }
  known.set(folder, { bytes, files, changedAtMs });
  return { bytes, files };
}

function foldersIn(folder: string): readonly string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
}
