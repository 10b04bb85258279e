import { chmod, readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { type CredentialValues, credentials, type Provider } from './contract/credentials.ts';
import { BridgeError } from './contract/errors.ts';
import { replaceFile } from './replace-file.ts';
import type { Vault } from './vault.ts';

/** Turns a text into one that only this user of this system can read, and back; both throw when the system refuses. */
export interface Cipher {
  encrypt(text: string): Uint8Array | Promise<Uint8Array>;
  decrypt(bytes: Uint8Array): string | Promise<string>;
}

export interface FileVaultOptions {
  /** As `{dataDir}/credentials.json`. */
  readonly path: string;
  /** With one, the values in the file are encrypted by the system's keychain; without, they are as they are. */
  readonly cipher?: Cipher;
  /** What a person should know; by default where the file is and who may read it. */
  readonly message?: string;
}

const values = z.record(z.string(), z.string());
/** Each provider's values, or their encrypted JSON as base64. */
const fileSchema = z.object({
  version: z.literal(1),
  providers: z.partialRecord(z.enum(Object.keys(credentials) as [Provider, ...Provider[]]), z.union([z.string(), values])),
});
type Contents = z.infer<typeof fileSchema>;

/** Credentials in a file of mode 0600. */
export class FileVault implements Vault {
  readonly kind: 'keychain' | 'file';
  readonly message: string;
  readonly #path: string;
  readonly #cipher: Cipher | null;
  /** One change after the other: each writes the whole file. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ path, cipher, message }: FileVaultOptions) {
    this.#path = path;
    this.#cipher = cipher ?? null;
    this.kind = cipher ? 'keychain' : 'file';
    this.message =
      message ??
      (cipher
        ? "Saved keys are encrypted by this computer's keychain."
        : `Saved keys are in ${path} as they are. Only your user may read that file; who can act as you can read it too.`);
  }

  async get(provider: Provider): Promise<CredentialValues | null> {
    const kept = (await this.#read()).providers[provider];
    if (kept === undefined) return null;
    if (typeof kept !== 'string') return kept;
    if (!this.#cipher) throw unreadable(this.#path, 'the app has encrypted them, and this start has no keychain');
    return parse(await this.#cipher.decrypt(Buffer.from(kept, 'base64')), this.#path);
  }

  set(provider: Provider, given: CredentialValues): Promise<void> {
    return this.#change(async ({ providers }) => {
      const kept = this.#cipher ? Buffer.from(await this.#cipher.encrypt(JSON.stringify(given))).toString('base64') : { ...given };
      return { version: 1, providers: { ...providers, [provider]: kept } };
    });
  }

  remove(provider: Provider): Promise<void> {
    return this.#change(({ providers }) => {
      const { [provider]: _gone, ...others } = providers;
      return { version: 1, providers: others };
    });
  }

  #change(change: (contents: Contents) => Contents | Promise<Contents>): Promise<void> {
    const changed = this.#last.then(async () => {
      // A file that cannot be read is not written over: its other keys would be lost.
      const contents = await change(await this.#read());
      try {
        await replaceFile(this.#path, `${JSON.stringify(contents, null, 2)}\n`);
      } catch (error) {
        throw new BridgeError('store/unavailable', `The keys could not be saved: ${this.#path} cannot be written. Make it writable.`, {
          cause: error,
        });
      }
    });
    this.#last = changed.catch(() => undefined);
    return changed;
  }

  async #read(): Promise<Contents> {
    let text: string;
    try {
      const { mode } = await stat(this.#path);
      // Keys that others may have read are better made anew than used in silence. On Windows the mode says nothing.
      if (this.#cipher === null && process.platform !== 'win32' && (mode & 0o077) !== 0) throw open(this.#path, mode);
      text = await readFile(this.#path, 'utf8');
      // Encrypted ones are of no use to others, and none of their business.
      if (this.#cipher !== null) await chmod(this.#path, 0o600);
    } catch (error) {
      if (error instanceof BridgeError) throw error;
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { version: 1, providers: {} };
      throw unreadable(this.#path, 'it cannot be opened', error);
    }
    const parsed = fileSchema.safeParse(jsonOf(text));
    if (!parsed.success) throw unreadable(this.#path, 'it is not what Ringside writes');
    return parsed.data;
  }
}

function parse(text: string, path: string): CredentialValues {
  const parsed = values.safeParse(jsonOf(text));
  if (!parsed.success) throw unreadable(path, 'it is not what Ringside writes');
  return parsed.data;
}

/** Undefined when it is no JSON: the text must not get into an error message. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function open(path: string, mode: number): BridgeError {
  return new BridgeError(
    'store/unavailable',
    `Saved keys in ${path} are not used: others on this computer may read the file (mode ${(mode & 0o777).toString(8)}). Run chmod 600 on it, and make new keys if others have seen it.`,
  );
}

function unreadable(path: string, why: string, cause?: unknown): BridgeError {
  return new BridgeError('store/unavailable', `Saved keys in ${path} cannot be read: ${why}. Delete the file and enter them again.`, {
    cause,
  });
}
