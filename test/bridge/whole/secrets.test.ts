import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OperationName } from '#bridge/contract/operations.ts';
import { FileVault } from '#bridge/file-vault.ts';
import { readSettings } from '#bridge/settings.ts';
import { startNodeHelper } from '#bridge/tunnel/helper-process.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, until } from '#test/support/bridge-rig.ts';
import { temporaryFolder } from '#test/support/store.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const number = numbersFrom(200);
/** Saved in a keychain: what is in its file cannot be read. */
const saved = {
  deepgram: 'seeded-deepgram-7c1f0a9be2',
  elevenlabs: 'seeded-elevenlabs-5ab2d7719c',
  cartesia: 'seeded-cartesia-e90d41b3aa',
} as const;
const cipher = {
  encrypt: (text: string) => Buffer.from(text).map((byte) => byte ^ 0x5a),
  decrypt: (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).map((byte) => byte ^ 0x5a)).toString(),
};

let rig: BridgeRig;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  rig = await openBridgeRig({ host: { vault: new FileVault({ path: join(folder.path, 'keychain.json'), cipher }) } });
});
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** Every secret as it is, and in the forms in which it travels. */
function formsOf(secrets: readonly string[], pairs: readonly (readonly [string, string])[]): readonly string[] {
  const basic = pairs.map((pair) => Buffer.from(pair.join(':')).toString('base64').replace(/=+$/, ''));
  return [...secrets, ...secrets.map((secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '')), ...basic];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Of all places, those in which any of the secrets stands. */
const holding = (places: ReadonlyMap<string, string>, secrets: readonly string[]) =>
  [...places].flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${place}: ${secret.slice(0, 12)}`),
  );

describe('secrets', () => {
  it('are in no file, line of the log, news, answer, export, bundle or error, whatever goes wrong', async () => {
    const { twilio, plivo, openai } = rig.world.addresses;
    const answers = new Map<string, string>();
    const ask = async (name: OperationName, input: object) => {
      const answer = await rig.ask(name, input);
      answers.set(`${name} ${answers.size}`, JSON.stringify(answer));
      return answer;
    };

    // Saved, refused, tried, and turned down by their form.
    for (const [provider, apiKey] of Object.entries(saved)) await ask('setup.saveCredentials', { provider, values: { apiKey } });
    for (const provider of ['twilio', 'plivo', 'openai', 'deepgram', 'elevenlabs', 'cartesia'])
      await ask('setup.testCredentials', { provider });
    await ask('setup.saveCredentials', { provider: 'openai', values: { apiKey: 'seeded-refused-3d8e11' } });
    await ask('setup.saveCredentials', { provider: 'ngrok', values: { authToken: 'seeded malformed 9a' } });

    // Services that say our own secrets back to us when they refuse.
    const echo = (secret: string) => `Incorrect credentials provided: ${secret}. Find yours in the console.`;
    rig.world.twilio.fault({ on: 'rest', request: 'create', act: { status: 401, code: 20003, message: echo(twilio.authToken) } });
    rig.world.plivo.fault({ on: 'rest', request: 'create', act: { status: 400, message: echo(plivo.authToken) } });
    rig.world.twilio.fault({ on: 'rest', request: 'account', act: { status: 500, message: echo(twilio.authToken) } });
    await ask('line.prove', { carrier: 'twilio' });
    const ids = [(await rig.callThrough(number(), 'twilio')).id, (await rig.callThrough(number(), 'plivo')).id];
    const failing = [
      { kind: 'error', code: 'invalid_api_key', message: echo(openai.apiKey), close: 3000 },
      { kind: 'upgrade-status', status: 401 },
      { kind: 'response-failed', code: 'insufficient_quota' },
      { kind: 'garbage-frame', afterMs: 500 },
    ] as const;
    for (const fault of failing) {
      const lift = rig.world.openai.fault({ fault });
      ids.push((await rig.callThrough(number(), 'twilio')).id);
      await ask('line.prove', { carrier: 'plivo' });
      lift();
    }
    const strange = number();
    rig.world.plivo.fault({ on: 'webhook', webhook: 'hangup', act: 'forged', to: strange });
    rig.world.plivo.fault({ on: 'socket', act: { send: 'garbage', afterMs: 300 }, to: strange });
    ids.push((await rig.callThrough(strange, 'plivo')).id);
    await until('the carriers’ records', async () => (await rig.invoke('calls.carrierView', { id: ids.at(-1) })).found);

    // Everything that tells of it.
    for (const id of ids) {
      for (const name of ['calls.get', 'calls.exchanges', 'calls.diagnose', 'calls.carrierView'] as const) await ask(name, { id });
      for (const format of ['json', 'vtt', 'txt', 'evidence']) await ask('calls.export', { id, format });
    }
    const campaign = await rig.campaign('twilio', [number()]);
    for (const format of ['csv', 'json']) await ask('campaigns.export', { id: campaign, format });
    for (const name of ['setup.status', 'settings.get', 'calls.list', 'line.proofs', 'line.health', 'tunnel.status'] as const)
      await ask(name, {});
    const { content } = await rig.invoke('support.bundle', {});
    for (const [name, bytes] of Object.entries(unzipSync(Buffer.from(content, 'base64'))))
      answers.set(`bundle ${name}`, Buffer.from(bytes).toString('latin1'));
    answers.set('log', rig.log.join('\n'));
    answers.set('feed', JSON.stringify(rig.feed));
    await rig.restart();
    for (const file of filesBelow(rig.dataDir)) {
      // The console's own token is kept for the next start, in a file of its own.
      if (!file.endsWith('console-token')) answers.set(file, readFileSync(file, 'latin1'));
    }
    expect([...answers.keys()].filter((place) => place.endsWith('.db')).length).toBeGreaterThan(1);

    const secrets = formsOf(
      [
        twilio.authToken,
        plivo.authToken,
        openai.apiKey,
        ...Object.values(saved),
        'seeded-refused-3d8e11',
        'seeded malformed 9a',
        rig.bridge.token,
      ],
      [
        [twilio.accountSid, twilio.authToken],
        [plivo.authId, plivo.authToken],
      ],
    );
    expect(holding(answers, secrets)).toEqual([]);
    // The search itself finds what is there.
    expect(holding(new Map([['somewhere', `x ${twilio.authToken} y`]]), secrets)).toHaveLength(1);
  });

  it('of a tunnel are not told when ngrok says them back', async () => {
    const startHelper = () => startNodeHelper(new URL('../../support/ngrok-worker-fake.ts', import.meta.url));
    await using other = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: '', NGROK_AUTHTOKEN: 'token-echo:107' }, host: { startHelper } });
    await until('the failure', async () => (await other.invoke('tunnel.status', {})).code === 'ERR_NGROK_107');
    const proof = await other.invoke('line.prove', { carrier: 'twilio', quick: true });
    const told = JSON.stringify([proof, await other.invoke('tunnel.status', {}), ...other.feed]) + other.log.join('\n');
    expect(told).toContain('ERR_NGROK_107');
    expect(told).not.toContain('token-echo:107');
  });

  it.each(['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'PLIVO_AUTH_TOKEN', 'OPENAI_API_KEY', 'NGROK_AUTHTOKEN', 'RINGSIDE_CONSOLE_TOKEN'])(
    'are not in the message when %s is of the wrong form',
    (name) => {
      const value = 'seeded with\nwrong form';
      let message = '';
      try {
        readSettings({ [name]: value });
      } catch (error) {
        message = `${String(error)} ${JSON.stringify(error)}`;
      }
      expect(message).not.toContain('seeded');
    },
  );
});
