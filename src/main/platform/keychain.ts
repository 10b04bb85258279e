import { safeStorage } from 'electron';
import type { Cipher } from '#bridge/file-vault.ts';

export interface Keychain {
  /** Null when this platform has none that protects anything. */
  readonly cipher: Cipher | null;
  /** What a person should know about it. */
  readonly message: string;
}

/** The platform's keychain behind Electron's safeStorage. To be asked when the app is ready. */
export async function openKeychain(): Promise<Keychain> {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : null;
  // With `basic_text` Chromium encrypts with a key that everybody knows: that is no protection, and is not called one.
  if (!(await safeStorage.isAsyncEncryptionAvailable()) || backend === 'basic_text') {
    return {
      cipher: null,
      message:
        process.platform === 'linux'
          ? 'This system has no keychain that is unlocked (GNOME Keyring or KWallet). Saved keys stay in a file that only your user may read; install and unlock one to encrypt them.'
          : 'The keychain of this computer is not available. Saved keys stay in a file that only your user may read.',
    };
  }
  return {
    cipher: {
      encrypt: (text) => safeStorage.encryptStringAsync(text),
      decrypt: async (bytes) => (await safeStorage.decryptStringAsync(Buffer.from(bytes))).result,
    },
    message: 'Saved keys are encrypted by the keychain of this computer.',
  };
}
