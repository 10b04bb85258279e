import { describe, expect, it } from 'vitest';
import type { CredentialValues, Provider, VaultKind } from '#bridge/contract/credentials.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { CredentialKeeper } from '#bridge/credential-keeper.ts';
import { readSettings, type Settings } from '#bridge/settings.ts';
import type { Vault } from '#bridge/vault.ts';
import { silentLog } from '#test/support/fake-calls.ts';

const twilio = { accountSid: 'AC0123456789', authToken: 'token-of-twilio' };

class MemoryVault implements Vault {
  readonly kind: VaultKind;
  readonly message = 'Kept in memory.';
  readonly kept = new Map<Provider, CredentialValues>();
  failure: Error | null = null;

  constructor(kind: VaultKind = 'file') {
    this.kind = kind;
  }

  async get(provider: Provider): Promise<CredentialValues | null> {
    if (this.failure) throw this.failure;
    return this.kept.get(provider) ?? null;
  }
  async set(provider: Provider, values: CredentialValues): Promise<void> {
    if (this.failure) throw this.failure;
    this.kept.set(provider, values);
  }
  async remove(provider: Provider): Promise<void> {
    this.kept.delete(provider);
  }
}

async function keep(env: Record<string, string> = {}, vault = new MemoryVault()) {
  const told: Settings[] = [];
  const environment = readSettings({ HOME: '/home/x', ...env });
  const keeper = await CredentialKeeper.open(environment, vault, silentLog, async (settings) => void told.push(settings));
  return { keeper, vault, told };
}

describe('credentials that are saved', () => {
  it('count at once and after a restart, and show no more than their end', async () => {
    const { keeper, vault, told } = await keep();
    const status = await keeper.save('twilio', twilio);
    expect(status).toEqual({ provider: 'twilio', configured: true, missing: [], source: 'data-folder', endsIn: 'ilio' });
    expect(told.map((settings) => settings.twilio)).toEqual([{ ...twilio, baseUrl: 'https://api.twilio.com' }]);
    expect((await keep({}, vault)).keeper.settings.twilio).toMatchObject(twilio);
  });

  it('are said to be in the keychain when they are', async () => {
    const { keeper } = await keep({}, new MemoryVault('keychain'));
    expect((await keeper.save('openai', { apiKey: 'sk-0123456789ab' })).source).toBe('keychain');
    expect(keeper.vault()).toEqual({ kind: 'keychain', message: 'Kept in memory.' });
  });

  it('stand behind the environment, which is never written to the vault', async () => {
    const env = { TWILIO_ACCOUNT_SID: 'ACfromenvironment' };
    const { keeper, vault } = await keep(env);
    await keeper.save('twilio', twilio);
    expect(keeper.settings.twilio).toMatchObject({ accountSid: 'ACfromenvironment', authToken: twilio.authToken });
    expect(keeper.settings.providers.find(({ provider }) => provider === 'twilio')?.source).toBe('environment');
    expect(vault.kept.get('twilio')).toEqual(twilio);
    await keeper.remove('twilio');
    expect([keeper.settings.twilio, vault.kept.size]).toEqual([null, 0]);
  });

  it('are refused where the environment gives everything', async () => {
    const { keeper, vault } = await keep({ OPENAI_API_KEY: 'sk-from-environment' });
    const refused = keeper.save('openai', { apiKey: 'sk-0123456789' });
    await expect(refused).rejects.toMatchObject({ code: 'state/conflict', message: expect.stringContaining('OPENAI_API_KEY comes from') });
    expect([vault.kept.size, keeper.settings.openai.apiKey]).toEqual([0, 'sk-from-environment']);
  });

  it('change nothing when they cannot be written', async () => {
    const { keeper, vault, told } = await keep();
    vault.failure = new BridgeError('store/unavailable', 'The disk is full.');
    await expect(keeper.save('twilio', twilio)).rejects.toThrow('The disk is full.');
    expect([keeper.settings.twilio, told]).toEqual([null, []]);
  });

  it('give the tunnel its address and the public side its own', async () => {
    const { keeper } = await keep();
    await keeper.save('ngrok', { authToken: '2abc_token', domain: 'bridge.ngrok.app' });
    await keeper.save('public-url', { url: 'https://tunnel.example' });
    expect(keeper.settings).toMatchObject({
      ngrok: { authToken: '2abc_token', domain: 'bridge.ngrok.app' },
      publicUrl: 'https://tunnel.example',
    });
    expect(keeper.settings.providers.find(({ provider }) => provider === 'public-url')).toMatchObject({ configured: true, endsIn: null });
  });
});

describe('credentials that cannot be used', () => {
  it('keep nothing from starting, and it is said what to do', async () => {
    const vault = new MemoryVault();
    vault.kept.set('twilio', { accountSid: 'AC0123456789' });
    const { keeper } = await keep({}, vault);
    expect(keeper.settings.twilio).toBeNull();
    expect(keeper.vault().message).toBe('Kept in memory. What is saved for twilio is not complete. Enter it again.');
    await keeper.save('twilio', twilio);
    expect(keeper.vault().message).toBe('Kept in memory.');
  });

  it('tell nothing of what a failed decryption says', async () => {
    const vault = new MemoryVault('keychain');
    vault.failure = new Error('cannot decrypt token-of-twilio');
    const { keeper } = await keep({}, vault);
    expect(keeper.vault().message).not.toContain('token-of-twilio');
    expect(keeper.vault().message).toContain('What is saved for openai cannot be decrypted. Enter it again.');
  });
});
