import { expect, it, vi } from 'vitest';
import { numbersFrom, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { startFaultProxy } from '#test/support/fault-proxy.ts';

vi.setConfig({ testTimeout: 120_000 });

const number = numbersFrom(500);
const talks: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait', ms: 14_000 },
    { kind: 'hang-up' },
  ],
};

it.concurrent.each(['twilio', 'plivo'] as const)(
  'a network that goes away in mid-call over %s and comes back is named, and calls work again',
  async (carrier) => {
    await using proxy = await startFaultProxy('none');
    await using rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url }, people: () => talks });
    proxy.target = rig.bridge.ingress.url;
    await rig.callThrough(number(), carrier);
    const { id } = await rig.dial(number(), carrier);
    await until('a conversation', async () => (await rig.invoke('calls.get', { id })).transcript.filter(({ final }) => final).length > 1);
    proxy.fault = 'black-hole';
    const away = await rig.invoke('line.prove', { carrier, quick: true });
    expect(away.steps.find(({ ok }) => !ok)).toMatchObject({ name: 'public-https', cause: expect.stringContaining('stays silent') });
    proxy.fault = 'none';
    const call = await rig.over(id, 60_000);
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', rung: 'realtime' });
    expect((await rig.invoke('calls.diagnose', { id })).verdict).toContain(
      'The connection to the carrier broke off in mid-call, and came back.',
    );
    expect(await rig.invoke('line.prove', { carrier })).toMatchObject({ ok: true });
  },
);
