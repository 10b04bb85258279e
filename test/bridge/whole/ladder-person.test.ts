import { describe, expect, it, vi } from 'vitest';
import { numbersFrom, openBridgeRig, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { failNow } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 2 });

const number = numbersFrom(7_600);
/** Listens and waits, whatever comes. */
const lead: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait', ms: 25_000 },
    { kind: 'hang-up' },
  ],
};
/** Does not wait for the end of what is said. */
const pressesOne: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'wait', ms: 9_000 },
    { kind: 'press', digits: '1' },
    { kind: 'wait', ms: 8_000 },
    { kind: 'hang-up' },
  ],
};
const colleague: ShortPerson = {
  ringing: { kind: 'answers', afterMs: 800 },
  moves: [{ kind: 'say', text: 'Northside Plumbing, Dana speaking.' }, { kind: 'wait', ms: 2_500 }, { kind: 'hang-up' }],
};

describe.concurrent('a person as the last step of the ladder', () => {
  it.for(['twilio', 'plivo'] as const)('is rung over %s when the AI is lost, and the lead is told so', async (carrier) => {
    const dana = number();
    await using rig = await openBridgeRig({ people: (to) => (to === dana ? colleague : lead) });
    await rig.invoke('colleagues.save', { name: 'Dana', number: dana, role: '', onDuty: true, canTakeTransfers: true, hours: null });
    await rig.warmUp();
    const to = number();
    const { id } = await rig.dial(to, carrier, { ladder: ['realtime', 'human', 'announcement'] });
    const leg = await until('the leg', () => rig.ringsAt(to)[0]);
    await until('the greeting', () => (voiceHeardBy(leg).at(-1)?.endMs ?? 0) > 3_200);
    failNow(rig.world, 'realtime', 'refuse');
    const call = await rig.over(id);
    expect(call).toMatchObject({
      outcome: 'completed',
      disposition: 'transferred',
      transfer: { kind: 'cold', toName: 'Dana', state: 'connected', requestedBy: 'ai' },
    });
    const said = call.transcript.map(({ text }) => text);
    expect(said.some((text) => text.includes('connecting you to Dana'))).toBe(true);
    expect(rig.violations()).toEqual([]);
  });

  it('leaves the lead with an offer to call back when nobody is on duty', async () => {
    const dana = number();
    await using rig = await openBridgeRig({ people: () => pressesOne });
    await rig.invoke('colleagues.save', { name: 'Dana', number: dana, role: '', onDuty: false, canTakeTransfers: true, hours: null });
    await rig.warmUp();
    const to = number();
    const { id } = await rig.dial(to, 'twilio', { ladder: ['realtime', 'human'] });
    const leg = await until('the leg', () => rig.ringsAt(to)[0]);
    await until('the greeting', () => (voiceHeardBy(leg).at(-1)?.endMs ?? 0) > 3_200);
    failNow(rig.world, 'realtime', 'refuse');
    const call = await rig.over(id);
    expect(rig.ringsAt(dana)).toEqual([]);
    expect(call).toMatchObject({ outcome: 'completed', disposition: 'callback-requested', rung: 'announcement' });
    expect(call.transcript.map(({ text }) => text).join(' ')).toContain('Press 1, and we will call you back.');
    expect(rig.violations()).toEqual([]);
  });
});
