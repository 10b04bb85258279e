import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BridgeError } from './contract/errors.ts';

/**
 * A random secret of 256 bits that is made once and kept in a file of the data folder, readable by its owner only. Two processes that ask
 * at the same time get the same one.
 *
 * @param name name of the file, as `console-token`
 * @returns 43 characters that are safe in an address, a header and a subprotocol
 * @throws {BridgeError} `store/unavailable` when the folder cannot be written, `settings/invalid` when the file holds something else
 */
export function readOrCreateSecret(dataDir: string, name: string): string {
  const file = join(dataDir, name);
  try {
    return readSecret(file);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw unavailable(file, error);
  }
  // Written beside and linked into place: nobody ever reads half of it, and who comes second finds the first one's.
  const draft = join(dataDir, `.${name}-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    try {
      linkSync(draft, file);
    } catch (error) {
      // Some file systems know no links; there, two first starts at the same moment may differ until the next start.
      if (isCode(error, 'EPERM') || isCode(error, 'ENOTSUP')) copyFileSync(draft, file);
      else if (!isCode(error, 'EEXIST')) throw error;
    } finally {
      unlinkSync(draft);
    }
    return readSecret(file);
  } catch (error) {
    throw unavailable(file, error);
  }
}

function readSecret(file: string): string {
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[A-Za-z0-9_-]{32,256}$/.test(text)) {
    throw new BridgeError(
      'settings/invalid',
      `${file} does not hold a secret of Ringside. Delete it; a new one is made at the next start.`,
    );
  }
  chmodSync(file, 0o600);
  return text;
}

function unavailable(file: string, error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new BridgeError(
    'store/unavailable',
    `The data folder cannot be used (${why}). Make ${file} writable, or choose another folder with RINGSIDE_DATA_DIR.`,
    { cause: error },
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
