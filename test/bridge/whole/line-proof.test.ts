import { type AddressInfo, createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import type { BridgeHost } from '#bridge/bridge.ts';
import type { LineProof, ProofStepName } from '#bridge/contract/line.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { readSettings } from '#bridge/settings.ts';
import { startNodeHelper } from '#bridge/tunnel/helper-process.ts';
import { type BridgeRig, type BridgeRigOptions, openBridgeRig, until } from '#test/support/bridge-rig.ts';
import { type FaultProxy, type ProxyFault, startFaultProxy } from '#test/support/fault-proxy.ts';

const from = '+12025550100';
const fakeNgrok: BridgeHost = { startHelper: () => startNodeHelper(new URL('../../support/ngrok-worker-fake.ts', import.meta.url)) };
const byNgrok = (token: string): Partial<BridgeRigOptions> => ({
  env: { RINGSIDE_PUBLIC_URL: '', NGROK_AUTHTOKEN: `token-${token}` },
  host: fakeNgrok,
});

interface Row {
  readonly injected: string;
  readonly named: string;
  readonly result: string;
  readonly cure: string;
  readonly ms: number;
}
const table: Row[] = [];

function note(injected: string, proof: LineProof): void {
  const first = proof.steps.find(({ ok }) => !ok);
  table.push({ injected, named: first?.name ?? 'none', result: `${first?.result} ${first?.cause}`, cure: first?.cure ?? '', ms: proof.ms });
}

/** Faults, what was injected where, and what the proof has said of it; for who wants to read it. */
afterAll(() => {
  const wide = Math.max(...table.map(({ injected }) => injected.length));
  const lines = table.map(
    ({ injected, named, result, ms }) => `${injected.padEnd(wide)}  ${named.padEnd(13)} ${String(ms).padStart(5)} ms  ${result}`,
  );
  console.log(`\n${'injected'.padEnd(wide)}  ${'first failing'.padEnd(13)}    after  said\n${lines.join('\n')}\n`);
});

interface FaultCase {
  readonly injected: string;
  readonly named: ProofStepName;
  /** Part of the cause or the result. */
  readonly words: string;
  readonly carrier?: CarrierName;
  readonly from?: string;
  readonly options?: Partial<BridgeRigOptions>;
  readonly proxy?: ProxyFault;
  readonly before?: (rig: BridgeRig) => Promise<unknown> | unknown;
}

const dataOf = (error: unknown) => Object.assign(new Error(String(error)), { code: String(error) });

const cases: readonly FaultCase[] = [
  {
    injected: 'wrong auth token',
    named: 'credentials',
    words: 'auth token',
    options: { env: { TWILIO_AUTH_TOKEN: 'not-the-right-token' } },
  },
  {
    injected: 'wrong auth token (Plivo)',
    named: 'credentials',
    words: 'auth token',
    carrier: 'plivo',
    options: { env: { PLIVO_AUTH_TOKEN: 'not-the-right-token' } },
  },
  {
    injected: 'REST of the carrier is down',
    named: 'credentials',
    words: 'cannot be asked',
    before: (rig) => rig.world.twilio.fault({ on: 'rest', request: 'account', act: { status: 503 }, times: 20 }),
  },
  {
    injected: 'REST takes the token, signatures use another',
    named: 'signature',
    words: 'signs with another',
    before: (rig) => rig.world.twilio.amend({ signingToken: 'the_primary_token' }),
  },
  {
    injected: 'the same at Plivo, after a call',
    named: 'signature',
    words: 'signs with another',
    carrier: 'plivo',
    before: async (rig) => {
      rig.world.plivo.amend({ signingToken: 'the_primary_token' });
      await rig.dial('+12125550142', 'plivo');
      await until('a refused webhook', () => rig.log.some((line) => line.includes('wrong signature')));
    },
  },
  {
    injected: 'clock ten minutes behind',
    named: 'clock',
    words: '10 minutes behind',
    before: (rig) => rig.world.twilio.amend({ clockAheadMs: 600_000 }),
  },
  { injected: 'caller number not owned', named: 'caller-number', words: 'does not belong', from: '+15005550006' },
  { injected: 'caller number not owned (Plivo)', named: 'caller-number', words: 'does not belong', from: '+15005550006', carrier: 'plivo' },
  { injected: 'trial account', named: 'balance', words: 'trial', before: (rig) => rig.world.twilio.amend({ isTrial: true }) },
  {
    injected: 'trial account (Plivo)',
    named: 'balance',
    words: 'trial',
    carrier: 'plivo',
    before: (rig) => rig.world.plivo.amend({ isTrial: true }),
  },
  { injected: 'no credit', named: 'balance', words: 'no credit', before: (rig) => rig.world.twilio.amend({ balance: '-0.02' }) },
  {
    injected: 'no credit (Plivo)',
    named: 'balance',
    words: 'no credit',
    carrier: 'plivo',
    before: (rig) => rig.world.plivo.amend({ balance: '0.00000' }),
  },
  { injected: 'no tunnel and no address', named: 'tunnel', words: 'no carrier can reach', options: { env: { RINGSIDE_PUBLIC_URL: '' } } },
  { injected: 'ngrok token wrong', named: 'tunnel', words: 'authtoken', options: byNgrok('code:107') },
  { injected: 'ngrok domain taken', named: 'tunnel', words: 'another ngrok account', options: byNgrok('code:320') },
  { injected: 'ngrok address online elsewhere', named: 'tunnel', words: 'online already', options: byNgrok('code:334') },
  { injected: 'ngrok limit of agents reached', named: 'tunnel', words: 'as many agents', options: byNgrok('code:108') },
  { injected: 'ngrok requests of the month used up', named: 'tunnel', words: 'HTTP requests', options: byNgrok('code:727') },
  { injected: 'network takes the connection, stays silent', named: 'tunnel', words: 'silent', options: byNgrok('silent') },
  { injected: 'tunnel process dies', named: 'tunnel', words: 'ended', options: byNgrok('ends') },
  { injected: 'tunnel is offline at ngrok', named: 'public-https', words: 'offline', proxy: 'tunnel-offline' },
  { injected: 'captive portal, a page', named: 'public-https', words: 'sign-in page', proxy: 'captive-page' },
  { injected: 'captive portal, a redirect', named: 'public-https', words: 'login.hotel.example', proxy: 'captive-redirect' },
  { injected: 'another program at the address', named: 'public-https', words: 'another program', proxy: 'other-program' },
  { injected: 'proxy rewrites paths', named: 'signature', words: 'letter by letter', proxy: 'rewrites-paths' },
  { injected: 'HTTPS passes, WebSocket refused', named: 'public-wss', words: 'does not carry WebSockets', proxy: 'no-upgrades' },
  { injected: 'socket opens and is cut', named: 'public-wss', words: 'closes it again', proxy: 'cuts-sockets' },
  { injected: 'socket passes one way only', named: 'audio', words: 'one way only', proxy: 'one-way' },
  {
    injected: 'AI refuses the connection',
    named: 'ai-socket',
    words: 'cut',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'refuse' } }),
  },
  {
    injected: 'AI answers 401',
    named: 'ai-socket',
    words: 'does not accept the key',
    options: { env: { OPENAI_API_KEY: 'sk-somebody-elses' } },
  },
  {
    injected: 'AI hangs in the handshake',
    named: 'ai-socket',
    words: 'stays silent',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'hang-upgrade' } }),
  },
  {
    injected: 'AI socket is cut in mid-handshake (1006)',
    named: 'ai-session',
    words: '',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'close', code: 1006, afterMs: 0 } }),
  },
  {
    injected: 'AI never takes the settings',
    named: 'ai-session',
    words: 'does not answer to our settings',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'never-updated' } }),
  },
  {
    injected: 'AI has no credit left',
    named: 'ai-audio',
    words: 'credit',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'response-failed', code: 'insufficient_quota' } }),
  },
  {
    injected: 'AI provider takes 5 s to answer',
    named: 'ai-audio',
    words: 'slow to answer',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'slow-first-audio', ms: 5_000 } }),
  },
  { injected: 'AI is far away', named: 'ai-socket', words: 'way to the AI provider is slow', options: { world: { aiDelayMs: 1_500 } } },
  {
    injected: 'disk is full',
    named: 'disk',
    words: 'disk is full',
    options: { host: { disk: { tryDisk: () => Promise.reject(dataOf('ENOSPC')), freeBytes: () => Promise.resolve(5e9) } } },
  },
  {
    injected: 'little room on the disk',
    named: 'free-space',
    words: '0.3 GB',
    options: { host: { disk: { tryDisk: () => Promise.resolve(), freeBytes: () => Promise.resolve(3e8) } } },
  },
];

describe('the proof of the line', () => {
  it.each(['twilio', 'plivo'] as const)('passes over %s within eight seconds, and breaks no rule of any protocol', async (carrier) => {
    await using rig = await openBridgeRig();
    const proof = await rig.invoke('line.prove', { carrier, from });
    expect(proof.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(proof).toMatchObject({ ok: true, summary: expect.stringContaining('works, audio included') });
    expect(proof.ms).toBeLessThan(8_000);
    const told = () => rig.feed.filter(({ type, proofId }) => type === 'proof.step' && proofId === proof.id);
    await until('the news of every step', () => told().length === proof.steps.length);
    expect(rig.violations()).toEqual([]);
    expect(await rig.invoke('calls.list', {})).toEqual([]);
    expect(await rig.invoke('line.proofs', {})).toEqual([proof]);
  });

  it('is still there after a restart of the program', async () => {
    await using rig = await openBridgeRig();
    const proof = await rig.invoke('line.prove', { carrier: 'twilio', from, quick: true });
    await rig.restart();
    expect(await rig.invoke('line.proofs', {})).toEqual([proof]);
  });

  it('rings the owner’s phone at the end, when it is asked to, and lets them hear themselves', async () => {
    const moves = [{ kind: 'say', text: 'Hello, can I hear myself?' }, { kind: 'wait', ms: 3_000 }, { kind: 'hang-up' }] as const;
    await using rig = await openBridgeRig({ people: () => ({ moves }) });
    const proof = await rig.invoke('line.prove', { carrier: 'plivo', from, ringOwner: '+12125550142' });
    expect(proof.steps.at(-1)).toMatchObject({ name: 'ring', ok: true, result: expect.stringContaining('It was answered') });
    expect(rig.ringsAt('+12125550142')).toHaveLength(1);
    expect(rig.violations()).toEqual([]);
  });

  it('rings nobody who is suppressed', async () => {
    await using rig = await openBridgeRig();
    await rig.invoke('suppressions.add', { numbers: ['+12125550142'], reason: 'manual', world: 'real' });
    const proof = await rig.invoke('line.prove', { carrier: 'twilio', from, ringOwner: '+12125550142' });
    expect(proof.steps.at(-1)).toMatchObject({ name: 'ring', ok: false, cause: expect.stringContaining('suppressed') });
    expect(rig.ringsAt('+12125550142')).toEqual([]);
  });

  it('walks the same way in the rehearsal world', async () => {
    await using rig = await openBridgeRig({
      env: { TWILIO_AUTH_TOKEN: '', PLIVO_AUTH_TOKEN: '', OPENAI_API_KEY: '', RINGSIDE_PUBLIC_URL: '' },
    });
    const proof = await rig.invoke('line.prove', { carrier: 'plivo', world: 'rehearsal' });
    expect(proof.steps.filter(({ ok }) => !ok)).toEqual([]);
    const tried = proof.steps.filter(({ name }) => name.startsWith('speech:')).map(({ title }) => title);
    expect(tried).toEqual(expect.arrayContaining(['Deepgram’s hearing answers', 'ElevenLabs’ voice answers']));
  });

  it('tries who hears and who speaks besides OpenAI where they have a key, and names the one that fails', async () => {
    await using rig = await openBridgeRig();
    await rig.invoke('setup.saveCredentials', { provider: 'deepgram', values: { apiKey: rig.world.deepgram.apiKey } });
    await rig.invoke('setup.saveCredentials', { provider: 'elevenlabs', values: { apiKey: 'somebody-elses-key' } });
    const proof = await rig.invoke('line.prove', { carrier: 'twilio', from });
    expect(proof.steps.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'speech:ElevenLabs’ voice', cause: expect.stringContaining('key') },
    ]);
    expect(proof.steps.find(({ name }) => name === 'speech:Deepgram’s hearing')).toMatchObject({ ok: true });
    expect(proof.summary).toContain('ElevenLabs');
    expect(JSON.stringify(proof)).not.toContain('somebody-elses-key');
  });

  for (const { injected, named, words, carrier = 'twilio', from: shown = from, options = {}, proxy: kind, before } of cases) {
    it(`names the fault: ${injected}`, async () => {
      await using proxy: FaultProxy | null = kind ? await startFaultProxy(kind) : null;
      await using rig = await openBridgeRig({ ...options, ...(proxy ? { env: { RINGSIDE_PUBLIC_URL: proxy.url } } : {}) });
      if (proxy) proxy.target = rig.bridge.ingress.url;
      await before?.(rig);
      const proof = await rig.invoke('line.prove', { carrier, from: shown });
      note(injected, proof);
      const first = proof.steps.find(({ ok }) => !ok);
      expect(first).toMatchObject({ name: named, skipped: false, cure: expect.stringMatching(/\.$/) });
      expect(`${first?.result} ${first?.cause}`).toContain(words);
      expect(proof).toMatchObject({ ok: false, summary: expect.stringContaining(first?.cause ?? '-') });
      for (const secret of Object.values(rig.env).filter((value) => /token|sk-/.test(value)))
        expect(JSON.stringify(proof)).not.toContain(secret);
    });
  }

  it('names the fault: ws:// where the AI speaks wss://', async () => {
    // Whoever speaks TLS answers plain text with an alert.
    const tls = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(Buffer.from([21, 3, 1, 0, 2, 2, 70]))));
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const { port } = tls.address() as AddressInfo;
    await using rig = await openBridgeRig({ env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` } });
    const proof = await rig.invoke('line.prove', { carrier: 'twilio', from });
    note('ws:// where the AI speaks wss://', proof);
    tls.close();
    const first = proof.steps.find(({ ok }) => !ok);
    expect(first).toMatchObject({ name: 'ai-socket', cause: expect.stringContaining('TLS'), cure: expect.stringContaining('https://') });
  });

  it('names what keeps it from being tried at all: the port in use, and ws:// for the AI', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(openBridgeRig({ env: { RINGSIDE_INGRESS_PORT: `${port}` } })).rejects.toThrow(/Port \d+ is in use by another program/);
    other.close();
    expect(() => readSettings({ OPENAI_BASE_URL: 'ws://api.openai.com/v1' })).toThrow(/OPENAI_BASE_URL must be an address as https/);
  });
});

describe('a campaign in the real world', () => {
  it('is not started over a line that cannot work, unless a person says so', async () => {
    await using proxy = await startFaultProxy('no-upgrades');
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url } });
    proxy.target = rig.bridge.ingress.url;
    const id = await rig.campaign('twilio', ['+12125550151']);
    const refused = await rig.ask('campaigns.start', { id });
    expect(refused).toMatchObject({ status: 422, error: { code: 'line/not-proven', details: { ok: false, quick: true } } });
    expect(refused.error.message).toContain('does not carry WebSockets');
    proxy.fault = 'none';
    expect((await rig.invoke('campaigns.start', { id })).state).toBe('running');
  });

  it('is started all the same when a person says so', async () => {
    await using rig = await openBridgeRig();
    rig.world.twilio.amend({ balance: '0.00' });
    const id = await rig.campaign('twilio', ['+12125550152']);
    expect((await rig.ask('campaigns.start', { id })).status).toBe(422);
    expect((await rig.invoke('campaigns.start', { id, anyway: true })).state).toBe('running');
  });

  it('is started when something limits its calls and does not prevent them', async () => {
    await using rig = await openBridgeRig();
    rig.world.twilio.amend({ isTrial: true });
    const id = await rig.campaign('twilio', ['+12125550153']);
    expect((await rig.invoke('campaigns.start', { id })).state).toBe('running');
  });
});

describe('the tunnel', () => {
  it('tells its state, its address and what the month has taken; goes and comes back', async () => {
    await using rig = await openBridgeRig(byNgrok('up'));
    const up = await until('the tunnel', async () => {
      const status = await rig.invoke('tunnel.status', {});
      return status.state === 'up' && status;
    });
    expect(up).toMatchObject({
      provider: 'ngrok',
      publicUrl: rig.bridge.ingress.url,
      region: 'eu',
      usage: { requests: { freeLimit: 20_000 } },
    });
    await fetch(`${up.publicUrl}/health`);
    const after = await rig.invoke('tunnel.status', {});
    expect(after.usage.requests.count).toBeGreaterThan(up.usage.requests.count);
    expect(after.usage.bytes.count).toBeGreaterThan(100);
    expect((await rig.invoke('tunnel.restart', {})).state).toBe('up');
    await until('the news of it', () => rig.feed.some(({ type, state }) => type === 'tunnel.changed' && state === 'up'));
  });

  it('is taken up with another token without a restart', async () => {
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: '' }, host: fakeNgrok });
    expect(await rig.invoke('tunnel.status', {})).toMatchObject({ provider: 'none', state: 'off' });
    await rig.invoke('setup.saveCredentials', { provider: 'ngrok', values: { authToken: 'token-code:105' } });
    await until('the failure', async () => (await rig.invoke('tunnel.status', {})).code === 'ERR_NGROK_105');
    await rig.invoke('setup.saveCredentials', { provider: 'ngrok', values: { authToken: 'token-up' } });
    await until('the tunnel', async () => (await rig.invoke('tunnel.status', {})).state === 'up');
    expect(JSON.stringify(rig.feed)).not.toContain('token-up');
  });

  it('is looked at from outside by itself', async () => {
    await using proxy = await startFaultProxy('none');
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url } });
    proxy.target = rig.bridge.ingress.url;
    const good = await until(
      'the first probe',
      async () => {
        const health = await rig.invoke('line.health', {});
        return health.state !== 'unknown' && health;
      },
      12_000,
    );
    expect(good).toMatchObject({ state: 'good', step: null });
  });
});
