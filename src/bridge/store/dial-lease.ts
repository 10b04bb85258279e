import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeForUserAlone } from './make-for-user-alone.ts';
import type { DialLease } from './store.ts';
import { codeOf, storeError } from './store-errors.ts';

/** Name of the lock inside the data folder. Empty for ever; it may be deleted while nothing runs. */
export const lockFile = 'dialling.lock';

/**
 * The lock is the operating system's own on a file of its own, so that it ends with its process however that ends: after a kill the next
 * start need not wait, and a process that hangs keeps it. SQLite brings it along on every platform: an open exclusive transaction.
 */
export function dialLease(folder: string): DialLease {
  let held: Database.Database | null = null;
  return {
    acquire: () => {
      if (held) return true;
      const path = join(folder, lockFile);
      let lock: Database.Database | null = null;
      try {
        makeForUserAlone(path);
        lock = new Database(path, { timeout: 0 });
        lock.pragma('locking_mode = EXCLUSIVE');
        lock.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        lock?.close();
        if (codeOf(error)?.startsWith('SQLITE_BUSY')) return false;
        throw storeError(error, folder);
      }
      held = lock;
      return true;
    },
    release: () => {
      held?.close();
      held = null;
    },
  };
}

/** A store in memory belongs to its process anyway. */
export const noLease: DialLease = { acquire: () => true, release: () => {} };
