import { type AddressInfo, createServer } from 'node:net';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { BridgeHost } from '#bridge/bridge.ts';
import type { LineProof, ProofStepName } from '#bridge/contract/line.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { SocketFault } from '#bridge/rehearsal/carriers/faults.ts';
import { startNodeHelper } from '#bridge/tunnel/helper-process.ts';
import { type BridgeRig, type BridgeRigOptions, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { type FaultProxy, type ProxyFault, startFaultProxy } from '#test/support/fault-proxy.ts';
import { freePort } from '#test/support/free-port.ts';

vi.setConfig({ testTimeout: 40_000 });

const from = '+12025550100';
const owner = '+12125550142';
const fakeNgrok: BridgeHost = { startHelper: () => startNodeHelper(new URL('../../support/ngrok-worker-fake.ts', import.meta.url)) };
const byNgrok = (token: string): Partial<BridgeRigOptions> => ({
  env: { RINGSIDE_PUBLIC_URL: '', NGROK_AUTHTOKEN: `token-${token}` },
  host: fakeNgrok,
});

interface Row {
  readonly injected: string;
  readonly named: string;
  readonly said: string;
  readonly cure: string;
  readonly ms: number | null;
}
const table = new Map<string, Row>();

function note(injected: string, proof: LineProof): void {
  const first = proof.steps.find(({ ok }) => !ok);
  const said = first ? `${first.result} ${first.cause}` : proof.summary;
  table.set(injected, { injected, named: first?.title ?? 'none', said, cure: first?.cure ?? '', ms: proof.ms });
}

/** What keeps the bridge from being started at all has no proof. */
function noteStart(injected: string, error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  table.set(injected, { injected, named: 'none: it does not start', said, cure: '', ms: null });
}

/** What was injected, and what the proof has said of it: for who wants to read it. Addresses differ from run to run. */
afterAll(() => {
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…');
  const lines = [...table.values()].map(({ injected, named, said, cure, ms }) =>
    ['', injected, named, said, cure, ms === null ? '' : `${(ms / 1_000).toFixed(1)} s`, ''].map(cell).join(' | ').trim(),
  );
  console.log(`\n| injected | first failing step | what it says | cure | after |\n|---|---|---|---|---|\n${lines.join('\n')}\n`);
});

interface FaultCase {
  readonly injected: string;
  readonly named: ProofStepName;
  /** Part of the cause or the result. */
  readonly words: string;
  readonly carrier?: CarrierName;
  readonly from?: string;
  /** The owner's phone is rung at the end. */
  readonly rings?: true;
  readonly options?: Partial<BridgeRigOptions>;
  readonly proxy?: ProxyFault;
  readonly before?: (rig: BridgeRig) => Promise<unknown> | unknown;
}

const dataOf = (error: unknown) => Object.assign(new Error(String(error)), { code: String(error) });

/** Stays on the line: whatever ends the test call, it is not they. */
const patient: ShortPerson = {
  moves: [{ kind: 'say', text: 'Hello, can I hear myself?' }, { kind: 'wait', ms: 20_000 }, { kind: 'hang-up' }],
};

/** What the carrier does on the media socket of the owner's own call, when all before it has passed. */
function onRing(carrier: CarrierName, injected: string, words: string, ...acts: readonly SocketFault['act'][]): FaultCase {
  const title = carrier === 'twilio' ? 'Twilio' : 'Plivo';
  return {
    injected: `${title} ${injected}`,
    named: 'ring',
    words,
    carrier,
    rings: true,
    options: { people: () => patient },
    before: (rig) => {
      for (const act of acts) rig.sim(carrier).fault({ on: 'socket', act, to: owner, times: 9 });
    },
  };
}
const ringCases = (['twilio', 'plivo'] as const).flatMap((carrier) => [
  onRing(carrier, 'gets the document and never opens the socket', 'never opened the socket', 'never-opens'),
  onRing(carrier, 'opens the socket, which closes after a second', 'closed after 1', { cutAfterMs: 1_000 }),
  onRing(carrier, 'speaks another protocol on the socket', 'not the protocol of this carrier', 'silent', { send: 'garbage', afterMs: 0 }),
  onRing(carrier, 'opens the socket and says nothing', 'the carrier said nothing', 'silent'),
  onRing(carrier, 'never plays what we send', 'did not confirm our audio', 'no-checkpoints'),
]);

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
  {
    injected: 'ngrok tells carriers that the requests of the month are used up',
    named: 'public-https',
    words: 'HTTP requests',
    proxy: 'tunnel-spent',
  },
  { injected: 'captive portal, a page', named: 'public-https', words: 'sign-in page', proxy: 'captive-page' },
  { injected: 'captive portal, a redirect', named: 'public-https', words: 'login.hotel.example', proxy: 'captive-redirect' },
  { injected: 'another program at the address', named: 'public-https', words: 'another program', proxy: 'other-program' },
  { injected: 'proxy rewrites paths', named: 'signature', words: 'letter by letter', proxy: 'rewrites-paths' },
  { injected: 'HTTPS passes, WebSocket refused', named: 'public-wss', words: 'does not carry WebSockets', proxy: 'no-upgrades' },
  { injected: 'socket opens and is cut', named: 'public-wss', words: 'closes it again', proxy: 'cuts-sockets' },
  { injected: 'socket passes one way only', named: 'audio', words: 'one way only', proxy: 'one-way' },
  {
    injected: 'AI cuts the connection in mid-handshake',
    named: 'ai-socket',
    words: 'cut',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'refuse' } }),
  },
  {
    injected: 'nobody listens at the address of the AI',
    named: 'ai-socket',
    words: 'refuses the connection',
    options: { env: { OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1` } },
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
    injected: 'AI socket opens and is cut at once (1006)',
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
  {
    injected: 'clock ten minutes ahead',
    named: 'clock',
    words: '10 minutes ahead',
    carrier: 'plivo',
    before: (rig) => rig.world.plivo.amend({ clockAheadMs: -600_000 }),
  },
  {
    injected: 'nobody listens at the address',
    named: 'public-https',
    words: 'Nobody listens',
    options: { env: { RINGSIDE_PUBLIC_URL: `http://127.0.0.1:${await freePort()}` } },
  },
  { injected: 'VPN is cut: the way in takes requests and stays silent', named: 'public-https', words: 'stays silent', proxy: 'black-hole' },
  {
    injected: 'AI answers the socket with 503',
    named: 'ai-socket',
    words: '503',
    before: (rig) => rig.world.openai.fault({ fault: { kind: 'upgrade-status', status: 503 } }),
  },
  ...ringCases,
];

describe('a fault of the line', () => {
  for (const { injected, named, words, carrier = 'twilio', from: shown = from, rings, options = {}, proxy: kind, before } of cases) {
    it(`names the fault: ${injected}`, async () => {
      await using proxy: FaultProxy | null = kind ? await startFaultProxy(kind) : null;
      await using rig = await openBridgeRig({ ...options, ...(proxy ? { env: { RINGSIDE_PUBLIC_URL: proxy.url } } : {}) });
      if (proxy) proxy.target = rig.bridge.ingress.url;
      await before?.(rig);
      const proof = await rig.invoke('line.prove', { carrier, from: shown, ...(rings ? { ringOwner: owner } : {}) });
      note(injected, proof);
      const first = proof.steps.find(({ ok }) => !ok);
      expect(first).toMatchObject({ name: named, skipped: false, cure: expect.stringMatching(/\.$/) });
      expect(`${first?.result} ${first?.cause}`).toContain(words);
      expect(proof).toMatchObject({ ok: false, summary: expect.stringContaining(first?.cause ?? '-') });
      for (const secret of Object.values(rig.env).filter((value) => /token|sk-/.test(value)))
        expect(JSON.stringify(proof)).not.toContain(secret);
    });
  }

  it('names the fault: VPN is cut in mid-call, and finds the line whole when it is back', async () => {
    await using proxy = await startFaultProxy('none');
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url }, people: () => patient });
    proxy.target = rig.bridge.ingress.url;
    const proving = rig.invoke('line.prove', { carrier: 'twilio', from, ringOwner: owner });
    await until('a second of the talk', () => (rig.ringsAt(owner)[0]?.media.framesToBridge ?? 0) > 50);
    proxy.fault = 'black-hole';
    const proof = await proving;
    note('VPN is cut in mid-call', proof);
    expect(proof.steps.find(({ ok }) => !ok)).toMatchObject({
      name: 'ring',
      result: expect.stringContaining('Nothing came through the socket any more'),
    });
    proxy.fault = 'none';
    const back = await rig.invoke('line.prove', { carrier: 'twilio', from });
    note('VPN is back', back);
    expect(back.steps.filter(({ ok }) => !ok)).toEqual([]);
  });

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
    const taken = await openBridgeRig({ env: { RINGSIDE_INGRESS_PORT: `${port}` } }).catch((error: unknown) => error);
    other.close();
    noteStart('port in use', taken);
    expect(String(taken)).toMatch(/Port \d+ is in use by another program/);
    const spelled = await openBridgeRig({ env: { OPENAI_BASE_URL: 'ws://api.openai.com/v1' } }).catch((error: unknown) => error);
    noteStart('ws:// given for the AI', spelled);
    expect(String(spelled)).toMatch(/OPENAI_BASE_URL must be an address as https/);
  });
});
