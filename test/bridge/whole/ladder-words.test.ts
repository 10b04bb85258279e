import { describe, expect, it, vi } from 'vitest';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { numbersFrom, openBridgeRig, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { openLadderRig, talker } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 2 });

const number = numbersFrom(7_800);
/** Asks for a person, and has something to say to whoever comes back. */
const asksForPerson: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 1_200 },
    { kind: 'say', text: 'I would like to speak to a person.' },
    { kind: 'wait', ms: 40_000 },
    { kind: 'hang-up' },
  ],
};
const nobody: ShortPerson = { ringing: { kind: 'busy', afterMs: 800 } };

describe.concurrent('a call on a rung of the ladder', () => {
  it.for(['twilio', 'plivo'] as const)('over %s goes to a cheaper voice in a pause when its budget is spent', async (carrier) => {
    await using rig = await openLadderRig(talker);
    await rig.warmUp();
    const to = number();
    const { id } = await rig.dial(to, carrier, { ladder: ['realtime', 'cascade', 'announcement'], callBudgetMicros: 25_000 });
    const call = await rig.over(id, 80_000);
    expect(call.rungChanges).toMatchObject([{ from: 'realtime', to: 'cascade', because: 'the budget of this call is spent' }]);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'cascade' });
    // Nobody was cut off for it.
    const changedMs = call.transcript.find(({ speaker, text }) => speaker === 'system' && text.includes('budget'))?.startMs ?? Number.NaN;
    const spoken = call.transcript.filter(({ speaker }) => speaker !== 'system');
    expect(spoken.filter(({ startMs, endMs }) => startMs < changedMs && endMs > changedMs)).toEqual([]);
    expect(spoken.filter(({ interrupted }) => interrupted)).toEqual([]);
    expect(rig.violations()).toEqual([]);
  });

  it('by relay gives a hint to the next answer', async () => {
    await using rig = await openLadderRig(talker);
    await rig.warmUp();
    const to = number();
    const { id } = await rig.dial(to, 'twilio', { ladder: ['relay', 'announcement'] });
    const leg = await until('the leg', () => rig.ringsAt(to)[0]);
    await until('the greeting', () => (voiceHeardBy(leg).at(-1)?.endMs ?? 0) > 2_000);
    await rig.invoke('calls.coach', { id, text: 'Offer the discount of ten percent.' });
    const call = await rig.over(id, 60_000);
    const answered = rig.world.openai.texts().filter((text) => JSON.stringify(text).includes('discount of ten percent'));
    expect(answered.length).toBeGreaterThan(0);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'relay' });
    expect(call.transcript.some(({ text }) => text.includes('discount of ten percent'))).toBe(false);
    expect(rig.violations()).toEqual([]);
  });

  const rungs: readonly (readonly [CarrierName, Rung])[] = [
    ['twilio', 'turn-based'],
    ['plivo', 'turn-based'],
    ['twilio', 'relay'],
  ];
  it.for(rungs)('over %s in %s rings a colleague when asked to, and comes back when nobody takes it', async ([carrier, rung]) => {
    const dana = number();
    await using rig = await openBridgeRig({ people: (to) => (to === dana ? nobody : asksForPerson), allVoices: true });
    await rig.invoke('colleagues.save', { name: 'Dana', number: dana, role: '', onDuty: true, canTakeTransfers: true, hours: null });
    await rig.warmUp();
    const to = number();
    const { id } = await rig.dial(to, carrier, { ladder: [rung, 'announcement'] });
    await until('the colleague to be rung', () => rig.ringsAt(dana)[0], 40_000);
    await until(
      'the AI again',
      async () =>
        (await rig.invoke('calls.get', { id })).transcript.some(
          ({ text, final }) => final && /nobody is (free|available)|call you back/i.test(text),
        ),
      30_000,
    );
    await rig.invoke('calls.hangUp', { id });
    const call = await rig.over(id, 60_000);
    expect(call).toMatchObject({ outcome: 'completed', rung, transfer: { toName: 'Dana', requestedBy: 'ai' } });
    expect(call.transfer?.state).not.toBe('connected');
    expect(rig.violations()).toEqual([]);
  });
});
