import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SocketFault } from '#bridge/rehearsal/carriers/faults.ts';
import type { Fault } from '#bridge/rehearsal/openai/faults.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { startFaultProxy } from '#test/support/fault-proxy.ts';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 60_000 });

let rig: BridgeRig;
beforeAll(async () => {
  rig = await openBridgeRig();
  await rig.warmUp();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});
const number = numbersFrom(700);

describe.each(['twilio', 'plivo'] as const)('a call over %s', (carrier) => {
  it('can be followed message by message, measured by the last good one, and compared with the carrier’s own records', async () => {
    await rig.callThrough(number(), carrier);
    const to = number();
    const call = await rig.callThrough(to, carrier);

    const exchanges = await rig.invoke('calls.exchanges', { id: call.id });
    const names = (kind: string) => exchanges.filter((message) => message.kind === kind).map(({ way, name }) => `${way} ${name}`);
    expect(names('rest')).toEqual(['out create call', 'in create call']);
    expect(names('webhook')).toContain('in answer');
    expect(names('document')).toContain('out answer');
    expect(names('media')).toEqual(expect.arrayContaining(['in upgrade', 'in start']));
    expect(names('ai')).toEqual(expect.arrayContaining(['out session.update', 'in session.updated', 'out conversation.item.create']));
    const kept = JSON.stringify(exchanges);
    for (const secret of [to.slice(1), ...call.transcript.map(({ text }) => text).filter((text) => text.length > 12)])
      expect(kept).not.toContain(secret);
    expect(kept).not.toMatch(/"payload":"[A-Za-z0-9+/]{40}/);

    const diagnosis = await rig.invoke('calls.diagnose', { id: call.id });
    expect(diagnosis.firstMissing).toBeNull();
    expect(diagnosis.fault).toBeNull();
    expect(diagnosis.comparedWith).not.toBeNull();

    // A carrier writes its record some seconds after the call.
    const view = await until('the record of the carrier', async () => {
      const found = await rig.invoke('calls.carrierView', { id: call.id });
      return found.found && found;
    });
    expect(view.facts.find(({ name }) => name === 'Outcome')).toMatchObject({ theirs: 'completed', differs: false });
    expect(view.notes.length).toBeGreaterThan(0);

    await rig.invoke('line.prove', { carrier, from: '+12025550100', quick: true });
    await rig.invoke('calls.setTags', { id: call.id, tags: ['Gloria Tennant'] });
    await rig.invoke('calls.clip', { id: call.id, fromMs: 0, toMs: 500, note: 'Gloria Tennant laughs' });
    const bundle = await rig.invoke('support.bundle', { callId: call.id });
    const files = unzipSync(Buffer.from(bundle.content, 'base64'));
    expect(Object.keys(files).sort()).toEqual(
      expect.arrayContaining([
        'about.json',
        'proofs.json',
        ...['call', 'diagnosis', 'exchange', 'carrier'].map((name) => `calls/${call.id}/${name}.json`),
      ]),
    );
    const read = (name: string): unknown => JSON.parse(Buffer.from(files[name] ?? []).toString('utf8'));
    expect(read(`calls/${call.id}/carrier.json`)).toMatchObject({ found: true, facts: expect.arrayContaining([expect.anything()]) });
    expect(read('proofs.json')).toEqual(expect.arrayContaining([expect.objectContaining({ carrier, ok: true })]));
    const all = Object.values(files)
      .map((file) => Buffer.from(file).toString('utf8'))
      .join('\n');
    for (const number of [to, '+12025550100']) expect(all).not.toContain(number.slice(1));
    expect(all).not.toContain('Tennant');
    expect(read(`calls/${call.id}/call.json`)).toMatchObject({ clips: 1, talk: expect.arrayContaining([expect.anything()]) });
    for (const { text } of call.transcript) if (text.length > 12) expect(all).not.toContain(text);
  });
});

describe('a call whose conversation could not be had', () => {
  /** Listens, talks a little, and waits: long enough for whatever comes in place of the AI. */
  const talks: ShortPerson = {
    moves: [
      { kind: 'say', text: 'Hello?' },
      { kind: 'listen', pauseMs: 900 },
      { kind: 'say', text: 'Yes, that sounds good.' },
      { kind: 'wait', ms: 6_000 },
      { kind: 'hang-up' },
    ],
  };

  it.concurrent.each(['twilio', 'plivo'] as const)('over %s tells which hop broke, and whose doing it was', async (carrier) => {
    await using proxy = await startFaultProxy('none');
    await using broken = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url }, people: () => talks });
    proxy.target = broken.bridge.ingress.url;
    const next = numbersFrom(carrier === 'twilio' ? 300 : 400);
    const diagnosed = async (before: (to: string) => void) => {
      const to = next();
      before(to);
      const { id } = await broken.callThrough(to, carrier);
      return broken.invoke('calls.diagnose', { id });
    };
    const atCarrier =
      (...acts: readonly SocketFault['act'][]) =>
      (to: string) => {
        for (const act of acts) broken.sim(carrier).fault({ on: 'socket', act, to, times: 9 });
      };
    const withAi = async (fault: Fault) => {
      const lift = broken.world.openai.fault({ fault });
      const found = await diagnosed(() => undefined);
      lift();
      return found;
    };
    const [good, cut, other, silent] = await Promise.all([
      diagnosed(() => undefined),
      diagnosed(atCarrier({ cutAfterMs: 1_000 })),
      diagnosed(atCarrier('silent', { send: 'garbage', afterMs: 0 })),
      diagnosed(atCarrier('silent')),
    ]);
    expect(good).toMatchObject({ fault: null, firstMissing: null, slowest: null });
    expect(cut).toMatchObject({ cause: 'network-cut', fault: 'network', cure: expect.stringContaining('tunnel') });
    expect(cut.verdict).toContain('broke off in mid-call');
    expect(other).toMatchObject({ cause: 'media-not-understood', fault: 'carrier', firstMissing: 'first-frame-in' });
    expect(silent).toMatchObject({ cause: 'no-audio-from-carrier', fault: 'carrier', firstMissing: 'first-frame-in' });

    // What is the same behind both carriers is tried behind one of them.
    if (carrier === 'twilio') {
      const unreachable = await withAi({ kind: 'refuse' });
      expect(unreachable).toMatchObject({ cause: 'ai-not-reached', fault: 'ai-provider', firstMissing: 'ai-open' });
      expect(unreachable.verdict).toMatch(/^No connection to the AI service was had \(OpenAI Realtime: .+\), so the voice of the carrier/);
      const slow = await withAi({ kind: 'slow-first-audio', ms: 4_000 });
      expect(slow.slowest).toMatchObject({ name: 'first-ai-audio' });
      expect(slow.verdict).toContain('because the AI service was slow');
      // The last one: nobody asks again with a key that was refused.
      const refusedKey = await withAi({ kind: 'upgrade-status', status: 401 });
      expect(refusedKey).toMatchObject({ cause: 'ai-refused', fault: 'settings' });
      expect(refusedKey.verdict).toContain('OpenAI does not accept the key');
      return;
    }
    const cutAtOnce = await withAi({ kind: 'close', code: 1006, afterMs: 0 });
    expect(cutAtOnce.verdict).toMatch(/AI service .*\(OpenAI Realtime: .*1006.*so the voice of the carrier spoke/);
    proxy.fault = 'no-upgrades';
    const refused = await diagnosed(() => undefined);
    expect(refused).toMatchObject({ cause: 'media-not-opened', fault: 'network', firstMissing: 'media-open' });
  });
});
