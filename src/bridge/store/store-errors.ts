import { BridgeError } from '#bridge/contract/errors.ts';

/** What the folder needs, by the code that SQLite or the file system gave. Prefixes of SQLite's extended codes stand for all of them. */
const cures: readonly (readonly [codes: RegExp, retryable: boolean, sentence: (folder: string) => string])[] = [
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    true,
    (folder) => `The disk that holds ${folder} is full. Free some space on it; nothing that was saved before is lost.`,
  ],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS)/,
    false,
    (folder) => `${folder} cannot be written to. Give this user the right to write there, or set RINGSIDE_DATA_DIR to another folder.`,
  ],
  [
    /^(ENOTDIR|EEXIST|EISDIR|ENOENT|ENAMETOOLONG|ELOOP)/,
    false,
    (folder) => `${folder} cannot be used as a folder. Remove what stands in its place, or set RINGSIDE_DATA_DIR to another folder.`,
  ],
  [
    /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    false,
    (folder) =>
      `The database in ${folder} is damaged or belongs to another program. Put a copy of it back, or move ringside.db away to begin anew.`,
  ],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_PROTOCOL)/,
    true,
    (folder) => `Another program keeps the database in ${folder} locked. Close it, or wait until it has finished.`,
  ],
  [
    /^(SQLITE_IOERR|EIO|EMFILE|ENFILE)/,
    true,
    (folder) => `The disk that holds ${folder} could not be read or written. Check the disk, then start the bridge again.`,
  ],
];

/**
 * Words for what SQLite or the file system refused. What nobody outside can cure (a mistake in our SQL) is returned as it came.
 *
 * @param folder the data folder, named in the sentence
 * @returns `store/unavailable` with a cure; `state/conflict` when another row holds the place; else the error itself
 */
export function storeError(error: unknown, folder: string): unknown {
  if (error instanceof BridgeError) return error;
  const code = codeOf(error);
  if (code === null) return error;
  for (const [codes, retryable, sentence] of cures) {
    if (codes.test(code))
      return new BridgeError('store/unavailable', sentence(folder), { retryable, details: { cause: code }, cause: error });
  }
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    return new BridgeError('state/conflict', 'Something else holds this place already.', { cause: error });
  }
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') {
    return new BridgeError('state/conflict', 'This refers to something that does not exist.', { cause: error });
  }
  return error;
}

/** Code of an error of SQLite (`SQLITE_FULL`) or of the file system (`ENOSPC`); null for any other. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
