import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import { readOrCreateSecret } from '#bridge/secret.ts';
import { platformDataDir, readSettings } from '#bridge/settings.ts';

function problemOf(env: Record<string, string>): BridgeError {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error('these settings were taken');
}

describe('settings', () => {
  it('have a default for everything', () => {
    expect(readSettings({ HOME: '/home/x' })).toMatchObject({
      consolePort: 4700,
      consoleToken: null,
      ingressPort: 4701,
      publicUrl: null,
      ngrok: null,
      openai: { apiKey: null, baseUrl: 'https://api.openai.com/v1' },
      twilio: null,
      plivo: null,
      logLevel: 'info',
      landingSeconds: 20,
    });
  });

  it('take every variable of the contract', () => {
    const settings = readSettings({
      RINGSIDE_DATA_DIR: '/data',
      RINGSIDE_CONSOLE_PORT: '0',
      RINGSIDE_CONSOLE_TOKEN: 'abc-DEF_1.~',
      RINGSIDE_INGRESS_PORT: '0',
      RINGSIDE_PUBLIC_URL: 'https://tunnel.example/',
      NGROK_AUTHTOKEN: 'ngrok-token',
      RINGSIDE_NGROK_DOMAIN: 'a.ngrok.app',
      OPENAI_API_KEY: 'sk-1234567890abcd',
      OPENAI_BASE_URL: 'http://127.0.0.1:9000/v1/',
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'twilio-token-9876',
      RINGSIDE_TWILIO_BASE_URL: 'http://localhost:9001',
      PLIVO_AUTH_ID: 'MA1',
      PLIVO_AUTH_TOKEN: 'plivo-token-5432',
      RINGSIDE_PLIVO_BASE_URL: 'http://localhost:9002',
      DEEPGRAM_API_KEY: 'dg',
      RINGSIDE_DEEPGRAM_BASE_URL: 'http://localhost:9003',
      ELEVENLABS_API_KEY: 'el',
      RINGSIDE_ELEVENLABS_BASE_URL: 'http://localhost:9004',
      CARTESIA_API_KEY: 'ca',
      RINGSIDE_CARTESIA_BASE_URL: 'http://localhost:9005',
      RINGSIDE_LOG: 'debug',
      RINGSIDE_LANDING_SECONDS: '2.5',
    });
    expect(settings).toMatchObject({
      dataDir: '/data',
      consolePort: 0,
      consoleToken: 'abc-DEF_1.~',
      ingressPort: 0,
      publicUrl: 'https://tunnel.example',
      ngrok: { authToken: 'ngrok-token', domain: 'a.ngrok.app' },
      openai: { apiKey: 'sk-1234567890abcd', baseUrl: 'http://127.0.0.1:9000/v1' },
      twilio: { accountSid: 'AC1', authToken: 'twilio-token-9876', baseUrl: 'http://localhost:9001' },
      plivo: { authId: 'MA1', authToken: 'plivo-token-5432', baseUrl: 'http://localhost:9002' },
      deepgram: { apiKey: 'dg', baseUrl: 'http://localhost:9003' },
      elevenlabs: { apiKey: 'el', baseUrl: 'http://localhost:9004' },
      cartesia: { apiKey: 'ca', baseUrl: 'http://localhost:9005' },
      logLevel: 'debug',
      landingSeconds: 2.5,
    });
    expect(settings.providers.every((provider) => provider.configured && provider.source === 'environment')).toBe(true);
    expect(settings.providers.find(({ provider }) => provider === 'openai')?.endsIn).toBe('abcd');
    expect(settings.providers.find(({ provider }) => provider === 'deepgram')?.endsIn).toBe(null);
  });

  it('name an unknown variable, and the one that was probably meant', () => {
    const problem = problemOf({ RINGSIDE_CONSOLE_PROT: '1' });
    expect(problem.code).toBe('settings/invalid');
    expect(problem.message).toContain('RINGSIDE_CONSOLE_PROT');
    expect(problem.message).toContain('RINGSIDE_CONSOLE_PORT?');
    expect(problemOf({ RINGSIDE_OPENAI_API_KEY: '1' }).message).toContain('did you mean OPENAI_API_KEY?');
    expect(problemOf({ RINGSIDE_WHATEVER_ELSE: '1' }).message).not.toContain('did you mean');
  });

  it.each([
    ['RINGSIDE_CONSOLE_PORT', '70000'],
    ['RINGSIDE_CONSOLE_PORT', 'http'],
    ['RINGSIDE_INGRESS_PORT', '-1'],
    ['RINGSIDE_PUBLIC_URL', 'http://tunnel.example'],
    ['RINGSIDE_PUBLIC_URL', 'https://tunnel.example/path'],
    ['RINGSIDE_PUBLIC_URL', 'tunnel.example'],
    ['RINGSIDE_PUBLIC_URL', 'https://user:pass@tunnel.example'],
    ['RINGSIDE_CONSOLE_TOKEN', 'with space'],
    ['RINGSIDE_LOG', 'loud'],
    ['RINGSIDE_LANDING_SECONDS', 'soon'],
    ['OPENAI_BASE_URL', 'api.openai.com'],
    ['OPENAI_BASE_URL', 'https://api.openai.com/v1?x=1'],
    ['RINGSIDE_TWILIO_BASE_URL', 'ftp://x'],
  ])('refuse a wrong %s (%s) by its name', (name, value) => {
    const problem = problemOf({ [name]: value });
    expect(problem.code).toBe('settings/invalid');
    expect(problem.message).toContain(name);
    expect(problem.details).toMatchObject([{ field: name }]);
  });

  it('never repeat a secret in a complaint', () => {
    expect(problemOf({ OPENAI_API_KEY: 'sk secret' }).message).not.toContain('secret');
  });

  it('refuse one port for both sides', () => {
    expect(problemOf({ RINGSIDE_CONSOLE_PORT: '5000', RINGSIDE_INGRESS_PORT: '5000' }).message).toContain('RINGSIDE_INGRESS_PORT');
    expect(readSettings({ RINGSIDE_CONSOLE_PORT: '0', RINGSIDE_INGRESS_PORT: '0' }).consolePort).toBe(0);
  });

  it('report half of a pair of credentials as missing', () => {
    const settings = readSettings({ TWILIO_ACCOUNT_SID: 'AC1', PLIVO_AUTH_TOKEN: '  ' });
    expect(settings.twilio).toBe(null);
    expect(settings.providers.find(({ provider }) => provider === 'twilio')).toMatchObject({
      configured: false,
      missing: ['TWILIO_AUTH_TOKEN'],
      source: 'environment',
      endsIn: null,
    });
    expect(settings.providers.find(({ provider }) => provider === 'plivo')).toMatchObject({
      configured: false,
      missing: ['PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN'],
      source: 'none',
    });
  });

  it('let the environment override the data folder', () => {
    const stored = { RINGSIDE_CONSOLE_PORT: '4800', OPENAI_API_KEY: 'sk-stored-0123456' } as const;
    const settings = readSettings({ RINGSIDE_CONSOLE_PORT: '4900' }, stored);
    expect(settings.consolePort).toBe(4900);
    expect(settings.openai.apiKey).toBe('sk-stored-0123456');
    expect(settings.providers.find(({ provider }) => provider === 'openai')?.source).toBe('data-folder');
  });

  it("keep data where each platform's applications do", () => {
    expect(platformDataDir('linux', {}, '/home/x')).toBe('/home/x/.local/share/ringside');
    expect(platformDataDir('linux', { XDG_DATA_HOME: '/xdg' }, '/home/x')).toBe('/xdg/ringside');
    expect(platformDataDir('linux', { XDG_DATA_HOME: 'relative' }, '/home/x')).toBe('/home/x/.local/share/ringside');
    expect(platformDataDir('darwin', {}, '/Users/x')).toBe('/Users/x/Library/Application Support/Ringside');
    expect(platformDataDir('win32', { APPDATA: 'C:/Roaming' }, 'C:/x')).toContain('Ringside');
  });
});

describe('a kept secret', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-secret-'));
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made once, for its owner only, in a folder that it may have to make', () => {
    const inside = join(folder, 'a', 'b');
    const secret = readOrCreateSecret(inside, 'console-token');
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(readOrCreateSecret(inside, 'console-token')).toBe(secret);
    expect(readOrCreateSecret(inside, 'ticket-secret')).not.toBe(secret);
    expect(statSync(join(inside, 'console-token')).mode & 0o777).toBe(0o600);
    expect(readdirSync(inside).toSorted()).toEqual(['console-token', 'ticket-secret']);
  });

  it('takes back rights that others were given', () => {
    const secret = readOrCreateSecret(folder, 'console-token');
    chmodSync(join(folder, 'console-token'), 0o644);
    expect(readOrCreateSecret(folder, 'console-token')).toBe(secret);
    expect(statSync(join(folder, 'console-token')).mode & 0o777).toBe(0o600);
  });

  it('is not taken from a file that holds something else', () => {
    writeFileSync(join(folder, 'console-token'), '');
    expect(() => readOrCreateSecret(folder, 'console-token')).toThrow(/Delete it/);
  });

  it('says which folder cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => readOrCreateSecret(join(folder, 'file', 'data'), 'console-token')).toThrow(/RINGSIDE_DATA_DIR/);
  });
});
