import { describe, expect, it } from 'vitest';
import type { BridgeHost } from '#bridge/bridge.ts';
import { startNodeHelper } from '#bridge/tunnel/helper-process.ts';
import { type BridgeRigOptions, openBridgeRig, until } from '#test/support/bridge-rig.ts';
import { startFaultProxy } from '#test/support/fault-proxy.ts';

const from = '+12025550100';
const fakeNgrok: BridgeHost = { startHelper: () => startNodeHelper(new URL('../../support/ngrok-worker-fake.ts', import.meta.url)) };
const byNgrok = (token: string): Partial<BridgeRigOptions> => ({
  env: { RINGSIDE_PUBLIC_URL: '', NGROK_AUTHTOKEN: `token-${token}` },
  host: fakeNgrok,
});

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

  it.concurrent.each([
    ['twilio', 'rings and rings', { kind: 'no-answer' }, /^It rang and nobody answered\. How it sounds is not proven/],
    ['plivo', 'rings and rings', { kind: 'no-answer' }, /^It rang and nobody answered.*\. How it sounds is not proven/],
    ['twilio', 'is busy', { kind: 'busy', afterMs: 500 }, /busy\. How it sounds is not proven/],
    ['plivo', 'is declined', { kind: 'rejects', afterMs: 500 }, /How it sounds is not proven/],
  ] as const)(
    'over %s finds nothing broken when the owner’s phone %s, and the dot stays as it was',
    { timeout: 60_000 },
    async (carrier, _what, ringing, words) => {
      await using own = await openBridgeRig({ people: () => ({ ringing }) });
      const proof = await own.invoke('line.prove', { carrier, from, ringOwner: '+12125550142' });
      expect(proof.steps.at(-1)).toMatchObject({ name: 'ring', ok: true, skipped: true, result: expect.stringMatching(words) });
      expect(own.ringsAt('+12125550142')).toHaveLength(1);
      expect(await own.invoke('line.health', {})).toMatchObject({ unmended: null });
    },
  );

  it.each(['twilio', 'plivo'] as const)('proves nothing over %s by a talk of a second', async (carrier) => {
    await using rig = await openBridgeRig({ people: () => ({ moves: [{ kind: 'wait', ms: 1_200 }, { kind: 'hang-up' }] }) });
    const proof = await rig.invoke('line.prove', { carrier, from, ringOwner: '+12125550142' });
    expect(proof).toMatchObject({ ok: false });
    expect(proof.steps.at(-1)).toMatchObject({ name: 'ring', ok: false, result: expect.stringMatching(/^The phone was put down after/) });
  });

  it.each(['twilio', 'plivo'] as const)('hears over %s when the line dies in mid-call and nobody says so', async (carrier) => {
    await using proxy = await startFaultProxy('none');
    const moves = [{ kind: 'wait', ms: 30_000 }, { kind: 'hang-up' }] as const;
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url }, people: () => ({ moves }) });
    proxy.target = rig.bridge.ingress.url;
    const proving = rig.invoke('line.prove', { carrier, from, ringOwner: '+12125550142' });
    // In the middle of its second second: the last frames on their way are lost, and a busy machine cuts a little later.
    await until('a second and a half of the talk', () => (rig.ringsAt('+12125550142')[0]?.media.framesToBridge ?? 0) > 75);
    proxy.fault = 'black-hole';
    const ring = (await proving).steps.at(-1);
    expect(ring).toMatchObject({
      name: 'ring',
      ok: false,
      result: expect.stringMatching(/^Nothing came through the socket any more after 1/),
    });
  });

  it('rings nobody who is suppressed', async () => {
    await using rig = await openBridgeRig();
    await rig.invoke('suppressions.add', { numbers: ['+12125550142'], reason: 'manual', world: 'real' });
    const proof = await rig.invoke('line.prove', { carrier: 'twilio', from, ringOwner: '+12125550142' });
    expect(proof.steps.at(-1)).toMatchObject({
      name: 'ring',
      ok: true,
      skipped: true,
      result: expect.stringMatching(/^It was not rung\. .*suppressed/),
    });
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

  it('tries an account again that was refused a moment ago, because somebody may have mended it', async () => {
    await using rig = await openBridgeRig();
    const lift = rig.world.openai.fault({ fault: { kind: 'upgrade-status', status: 401 } });
    const refused = await rig.invoke('line.prove', { carrier: 'twilio', from });
    expect(refused.steps.find(({ ok }) => !ok)).toMatchObject({
      name: 'ai-socket',
      cause: expect.stringContaining('does not accept the key'),
    });
    lift();
    expect(await rig.invoke('setup.testCredentials', { provider: 'openai' })).toMatchObject({ ok: true });
    const mended = await rig.invoke('line.prove', { carrier: 'twilio', from });
    expect(mended.steps.find(({ name }) => name === 'ai-session')).toMatchObject({ ok: true });
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
});

describe('the dot', () => {
  const wss = 'WebSockets from outside reach us';

  it('names what the last proof found broken, over a restart too, until a proof finds it good', async () => {
    await using proxy = await startFaultProxy('no-upgrades');
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url } });
    proxy.target = rig.bridge.ingress.url;
    await rig.invoke('line.prove', { carrier: 'twilio', from });
    const broken = {
      state: 'trouble',
      step: 'public-wss',
      summary: expect.stringContaining(wss),
      unmended: { title: wss, carrier: 'twilio' },
    };
    expect(await rig.invoke('line.health', {})).toMatchObject(broken);
    await until('the news of it', () =>
      rig.feed.some(({ type, health }) => type === 'line.health' && JSON.stringify(health).includes(wss)),
    );
    await rig.restart();
    expect(await rig.invoke('line.health', {})).toMatchObject(broken);
    proxy.fault = 'none';
    proxy.target = rig.bridge.ingress.url;
    await rig.invoke('line.prove', { carrier: 'plivo', from });
    expect(await rig.invoke('line.health', {})).toMatchObject(broken);
    await rig.invoke('line.prove', { carrier: 'twilio', from });
    expect(await rig.invoke('line.health', {})).toMatchObject({ unmended: null });
  });

  it('lets go of what a probe finds good again, and of a rehearsal', async () => {
    await using proxy = await startFaultProxy('tunnel-offline');
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url } });
    proxy.target = rig.bridge.ingress.url;
    await rig.invoke('line.prove', { carrier: 'twilio', from, quick: true });
    expect(await rig.invoke('line.health', {})).toMatchObject({ step: 'public-https' });
    proxy.fault = 'none';
    await until('a good probe', async () => (await rig.invoke('line.health', {})).state === 'good', 30_000);
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

  it('ends with the program: the process that holds it is gone', async () => {
    const ended: Promise<void>[] = [];
    const startHelper: NonNullable<BridgeHost['startHelper']> = () => {
      const helper = startNodeHelper(new URL('../../support/ngrok-worker-fake.ts', import.meta.url));
      ended.push(new Promise((resolve) => helper.onExit(resolve)));
      return helper;
    };
    const rig = await openBridgeRig({ ...byNgrok('up'), host: { startHelper } });
    await until('the tunnel', async () => (await rig.invoke('tunnel.status', {})).state === 'up');
    await rig[Symbol.asyncDispose]();
    expect(ended).toHaveLength(1);
    await ended[0];
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
