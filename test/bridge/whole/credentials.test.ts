import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeRig, openBridgeRig, until } from '../../support/bridge-rig.ts';
import { beforeSecondTry } from '../../support/second-try.ts';

let rig: BridgeRig;
beforeAll(async () => {
  const none = { TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '', PLIVO_AUTH_ID: '', PLIVO_AUTH_TOKEN: '', OPENAI_API_KEY: '' };
  rig = await openBridgeRig({ env: none });
});
afterAll(() => rig?.[Symbol.asyncDispose]());

const status = async (provider: string) => (await rig.invoke('setup.status', {})).providers.find((known) => known.provider === provider);
const twilio = () => {
  const { accountSid, authToken } = rig.world.addresses.twilio;
  return { accountSid, authToken };
};

describe('credentials saved from the console', () => {
  beforeSecondTry(async (name) => {
    const { openai } = rig.world.addresses;
    if (name.startsWith('are tested')) {
      for (const provider of ['twilio', 'openai']) await rig.invoke('setup.removeCredentials', { provider });
      return;
    }
    await rig.invoke('setup.saveCredentials', { provider: 'twilio', values: twilio() });
    await rig.invoke('setup.saveCredentials', { provider: 'openai', values: { apiKey: openai.apiKey } });
  });

  it('are tested, name the numbers, and make calls possible without a restart', async () => {
    expect(await rig.ask('setup.numbers', { carrier: 'twilio' })).toMatchObject({ status: 409, error: { code: 'settings/missing' } });
    expect((await rig.invoke('setup.status', {})).canCallForReal).toBe(false);
    const saved = await rig.invoke('setup.saveCredentials', { provider: 'twilio', values: twilio() });
    expect(saved).toEqual({
      provider: 'twilio',
      configured: true,
      missing: [],
      source: 'data-folder',
      endsIn: twilio().authToken.slice(-4),
    });
    await rig.invoke('setup.saveCredentials', { provider: 'openai', values: { apiKey: rig.world.addresses.openai.apiKey } });
    expect(await rig.invoke('setup.testCredentials', { provider: 'twilio' })).toMatchObject({ ok: true });
    expect(await rig.invoke('setup.testCredentials', { provider: 'openai' })).toMatchObject({ ok: true });
    expect(await rig.invoke('setup.testCredentials', { provider: 'public-url' })).toMatchObject({ ok: true });
    const numbers = await rig.invoke('setup.numbers', { carrier: 'twilio' });
    expect(numbers.map(({ number }) => number)).toEqual(rig.world.addresses.callerNumbers);
    const call = await rig.callThrough('+12125550101', 'twilio');
    expect(call).toMatchObject({ outcome: 'completed', rung: 'realtime' });
  });

  it('leave a call in progress with those with which it began', async () => {
    const { id } = await rig.dial('+12125550102', 'twilio');
    await until('the call is live', async () => (await rig.invoke('calls.get', { id })).state === 'live');
    await rig.invoke('setup.saveCredentials', { provider: 'twilio', values: { ...twilio(), authToken: 'another-token' } });
    expect(await rig.invoke('setup.testCredentials', { provider: 'twilio' })).toMatchObject({ ok: false });
    expect(await rig.over(id)).toMatchObject({ outcome: 'completed', endedBy: 'lead' });
    const refused = await rig.dial('+12125550103', 'twilio');
    expect(refused).toMatchObject({ outcome: 'our-error', endedBy: 'settings', endedReason: expect.stringContaining('does not accept') });
    await rig.invoke('setup.saveCredentials', { provider: 'twilio', values: twilio() });
  });

  it('are kept over a restart in a file of this user alone, and nowhere else', async () => {
    const file = join(rig.dataDir, 'credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await rig.restart();
    expect(await status('twilio')).toMatchObject({ configured: true, source: 'data-folder' });
    const answers = JSON.stringify([await rig.invoke('setup.status', {}), ...rig.feed]) + rig.log.join('\n');
    expect(readFileSync(file, 'utf8')).toContain(twilio().authToken);
    for (const secret of [twilio().authToken, 'another-token']) expect(answers).not.toContain(secret);
    expect((await rig.invoke('setup.status', {})).vault).toMatchObject({ kind: 'file', message: expect.stringContaining(file) });
  });

  it('are gone when they are removed', async () => {
    expect(await rig.invoke('setup.removeCredentials', { provider: 'twilio' })).toMatchObject({ configured: false, source: 'none' });
    expect(await rig.ask('setup.numbers', { carrier: 'twilio' })).toMatchObject({ status: 409 });
    expect(readFileSync(join(rig.dataDir, 'credentials.json'), 'utf8')).not.toContain(twilio().authToken);
  });

  it('do not move the public address while the environment gives it', async () => {
    const moved = await rig.ask('setup.saveCredentials', { provider: 'public-url', values: { url: 'https://tunnel.example' } });
    expect(moved).toMatchObject({
      status: 409,
      error: { code: 'state/conflict', message: expect.stringContaining('RINGSIDE_PUBLIC_URL') },
    });
  });
});

describe('a console in the same program', () => {
  it('runs operations and is told of the public address that it saves', async () => {
    await using other = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: '' } });
    const texts: { type: string; [field: string]: unknown }[] = [];
    let say = (_text: string) => {};
    let gone = () => {};
    other.bridge.openConsole({
      bufferedBytes: 0,
      send: (data) => void texts.push(JSON.parse(String(data))),
      onMessage: (listener) => {
        say = listener;
      },
      onClose: (listener) => {
        gone = listener;
      },
      close: () => gone(),
    });
    const values = { url: 'https://tunnel.example' };
    say(JSON.stringify({ type: 'invoke', id: 1, operation: 'setup.saveCredentials', input: { provider: 'public-url', values } }));
    await until('the answer', () => texts.some(({ type }) => type === 'answer'));
    await until('the news', () => texts.some(({ type }) => type === 'tunnel.changed'));
    expect(other.bridge.publicUrl).toBe('https://tunnel.example');
    expect(await other.invoke('setup.status', {})).toMatchObject({ publicUrl: 'https://tunnel.example', canCallForReal: true });
  });
});
