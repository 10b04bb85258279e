import { closeSync, openSync } from 'node:fs';
import { codeOf } from './store-errors.ts';

/**
 * Make an empty file for SQLite, which would make it readable by everybody. One that is there is not opened: when a descriptor of a file is
 * closed, the system drops every lock that this process holds on it, those of SQLite too.
 */
export function makeForUserAlone(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
