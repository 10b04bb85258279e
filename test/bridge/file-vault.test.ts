import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cipher, FileVault } from '#bridge/file-vault.ts';
import { folderForTest } from '#test/support/temporary-folder.ts';

const twilio = { accountSid: 'AC0123456789', authToken: 'token-of-twilio' };
const openai = { apiKey: 'sk-0123456789' };

async function place() {
  const { path: folder } = await folderForTest();
  return { folder, path: join(folder, 'data', 'credentials.json') };
}

/** Turns every byte around. */
const cipher: Cipher = {
  encrypt: (text) => Buffer.from(text).map((byte) => byte ^ 0xff),
  decrypt: (bytes) => Buffer.from(Buffer.from(bytes).map((byte) => byte ^ 0xff)).toString(),
};

describe('credentials in a file', () => {
  it('are there after a restart, and only their owner may read them', async () => {
    const { folder, path } = await place();
    const vault = new FileVault({ path });
    expect(await vault.get('twilio')).toBeNull();
    await vault.set('twilio', twilio);
    await vault.set('openai', openai);
    const again = new FileVault({ path });
    expect([await again.get('twilio'), await again.get('openai'), await again.get('plivo')]).toEqual([twilio, openai, null]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['credentials.json']);
    expect([vault.kind, vault.message]).toEqual(['file', expect.stringContaining(path)]);
  });

  it.each([0o644, 0o640, 0o604, 0o620])('are not used, nor written over, while others may open them (mode %o)', async (mode) => {
    const { path } = await place();
    const vault = new FileVault({ path });
    await vault.set('openai', openai);
    chmodSync(path, mode);
    const refused = { code: 'store/unavailable', message: expect.stringContaining(`mode ${mode.toString(8)}). Run chmod 600`) };
    for (const work of [vault.get('openai'), vault.set('twilio', twilio), vault.remove('openai')]) {
      await expect(work).rejects.toMatchObject(refused);
    }
    chmodSync(path, 0o600);
    expect([await vault.get('openai'), await vault.get('twilio')]).toEqual([openai, null]);
  });

  it('are closed to others again when the keychain has encrypted them', async () => {
    const { path } = await place();
    const vault = new FileVault({ path, cipher });
    await vault.set('openai', openai);
    chmodSync(path, 0o644);
    expect(await vault.get('openai')).toEqual(openai);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('are all kept when several are set at once, and gone when removed', async () => {
    const { path } = await place();
    const vault = new FileVault({ path });
    await Promise.all([vault.set('twilio', twilio), vault.set('openai', openai), vault.remove('plivo')]);
    await vault.remove('twilio');
    expect([await vault.get('twilio'), await vault.get('openai')]).toEqual([null, openai]);
    expect(readFileSync(path, 'utf8')).not.toContain(twilio.authToken);
  });

  it('are nowhere in the file when the keychain encrypts them', async () => {
    const { path } = await place();
    const vault = new FileVault({ path, cipher });
    await vault.set('twilio', twilio);
    expect(vault.kind).toBe('keychain');
    expect(readFileSync(path, 'utf8')).not.toContain(twilio.authToken);
    expect(await new FileVault({ path, cipher }).get('twilio')).toEqual(twilio);
    await expect(new FileVault({ path }).get('twilio')).rejects.toThrow('has no keychain');
  });

  it.each(['', 'no JSON', '{"version":2,"providers":{}}', '{"version":1,"providers":{"bell":{}}}'])(
    'that are "%s" are not written over, and the message holds none of them',
    async (text) => {
      const { path } = await place();
      const vault = new FileVault({ path });
      await vault.set('openai', openai);
      writeFileSync(path, text);
      for (const work of [vault.get('openai'), vault.set('twilio', twilio), vault.remove('openai')]) {
        await expect(work).rejects.toMatchObject({ code: 'store/unavailable', message: expect.stringContaining('Delete the file') });
      }
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});
