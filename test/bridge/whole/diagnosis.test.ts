import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BridgeRig, numbersFrom, openBridgeRig } from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

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

    const view = await rig.invoke('calls.carrierView', { id: call.id });
    expect(view.found).toBe(true);
    expect(view.facts.find(({ name }) => name === 'Outcome')).toMatchObject({ theirs: 'completed', differs: false });
    expect(view.notes.length).toBeGreaterThan(0);

    const bundle = await rig.invoke('support.bundle', { callId: call.id });
    const files = unzipSync(Buffer.from(bundle.content, 'base64'));
    expect(Object.keys(files).sort()).toEqual(
      expect.arrayContaining(['about.json', ...['call', 'diagnosis', 'exchange'].map((name) => `calls/${call.id}/${name}.json`)]),
    );
    const all = Object.values(files)
      .map((file) => Buffer.from(file).toString('utf8'))
      .join('\n');
    expect(all).not.toContain(to.slice(1));
    for (const { text } of call.transcript) if (text.length > 12) expect(all).not.toContain(text);
  });
});
