import { afterEach, describe, expect, it, vi } from 'vitest';

const storage = vi.hoisted(() => ({
  isAsyncEncryptionAvailable: vi.fn(async () => true),
  getSelectedStorageBackend: vi.fn(() => 'gnome_libsecret'),
  encryptStringAsync: vi.fn(async (text: string) => Buffer.from(text).reverse()),
  decryptStringAsync: vi.fn(async (bytes: Buffer) => ({ result: Buffer.from(bytes).reverse().toString(), shouldReEncrypt: false })),
}));
vi.mock('electron', () => ({ safeStorage: storage }));
const { openKeychain } = await import('#main/platform/keychain.ts');

const platform = (name: NodeJS.Platform) => vi.spyOn(process, 'platform', 'get').mockReturnValue(name);
afterEach(() => {
  storage.isAsyncEncryptionAvailable.mockImplementation(async () => true);
  storage.getSelectedStorageBackend.mockImplementation(() => 'gnome_libsecret');
});

describe('the keychain', () => {
  it('encrypts what is saved, and says so', async () => {
    platform('linux');
    const { cipher, message } = await openKeychain();
    const kept = (await cipher?.encrypt('key-0123')) ?? new Uint8Array();
    expect(Buffer.from(kept).toString()).not.toContain('key-0123');
    expect(await cipher?.decrypt(kept)).toBe('key-0123');
    expect(message).toBe('Saved keys are encrypted by the keychain of this computer.');
  });

  it('is none where anybody knows the key, and says what to do', async () => {
    platform('linux');
    storage.getSelectedStorageBackend.mockImplementation(() => 'basic_text');
    const { cipher, message } = await openKeychain();
    expect(cipher).toBeNull();
    expect(message).toMatch(/no keychain that is unlocked.*file that only your user may read.*install and unlock one/);
  });

  it.each(['darwin', 'win32', 'linux'] as const)('is none where it is not available, on %s', async (name) => {
    platform(name);
    storage.isAsyncEncryptionAvailable.mockImplementation(async () => false);
    const { cipher, message } = await openKeychain();
    expect(cipher).toBeNull();
    expect(message).toContain('in a file that only your user may read');
  });
});
