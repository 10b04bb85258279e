import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { type CallsRig, openCallsRig } from '../../support/calls-rig.ts';

const numbers = {
  interested: '+12125550111',
  optsOut: '+13125550112',
  voicemail: '+14155550113',
  wantsHuman: '+12065550115',
  invalid: '+13035550116',
  busy: '+12125550121',
  interrupts: '+13125550122',
  hangsUp: '+16175550124',
  busyLine: '+12065550125',
};

const reached = (call: Call) => call.hops.map(({ name }) => name);
const said = (call: Call, speaker: string) => call.transcript.filter((segment) => segment.speaker === speaker).map(({ text }) => text);

describe.each(['twilio', 'plivo'] as const)('a call over %s', (carrier) => {
  let rig: CallsRig;

  beforeAll(async () => {
    rig = await openCallsRig({ keepAudio: true });
  });
  afterAll(async () => {
    await rig.close();
    const sim = carrier === 'twilio' ? rig.world.twilio : rig.world.plivo;
    expect(sim.violations()).toEqual([]);
    expect(rig.world.openai.violations()).toEqual([]);
  });

  it('climbs the whole path, talks, books and ends', async () => {
    const call = await rig.callThrough(numbers.interested, { carrier });
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', disposition: 'interested', rung: 'realtime', endedBy: 'ai' });
    expect(reached(call)).toEqual(
      expect.arrayContaining([
        'dialled',
        'accepted',
        'ringing',
        'answered',
        'document-served',
        'media-open',
        'first-frame-in',
        'ai-open',
        'ai-ready',
        'first-audio-sent',
        'first-audio-played',
        'disclosure-played',
        'ended',
      ]),
    );
    expect(call.disclosurePlayedAt).not.toBeNull();
    expect(said(call, 'lead').join(' ')).toContain('Tuesday at ten would work for me.');
    expect(said(call, 'ai')[0]).toContain('an AI assistant calling for Northside Plumbing');
    expect(call.transcript.map(({ startMs }) => startMs)).toEqual([...call.transcript.map(({ startMs }) => startMs)].sort((a, b) => a - b));
    expect(call.turns.length).toBeGreaterThan(2);
    expect(call.costs.map(({ kind }) => kind)).toContain('carrier');
    expect(call.recording?.durationMs).toBeGreaterThan(call.talkMs - 1_500);
  }, 90_000);

  it('suppresses a number whose owner says so, before the call ends, and says goodbye', async () => {
    const call = await rig.callThrough(numbers.optsOut, { carrier });
    expect(call).toMatchObject({ outcome: 'completed', disposition: 'do-not-call', endedBy: 'lead' });
    expect(rig.store.suppressions.has(numbers.optsOut, 'rehearsal')).toMatchObject({ reason: 'opt-out' });
    expect(said(call, 'ai').at(-1)).toBe("Understood, you're removed. Goodbye.");
    await expect(rig.dial(numbers.optsOut, { carrier })).rejects.toMatchObject({
      code: 'gate/refused',
      details: { refusal: 'suppressed' },
    });
  }, 60_000);

  it('tells what the ear received when the lead talks over the AI', async () => {
    const call = await rig.callThrough(numbers.interrupts, { carrier });
    const cut = call.transcript.find(({ interrupted }) => interrupted);
    expect(cut?.speaker).toBe('ai');
    expect(cut?.text.startsWith(cut.heardText ?? 'nothing')).toBe(true);
    expect(cut?.heardText?.length).toBeLessThan(cut?.text.length ?? 0);
    expect(call.disposition).toBe('not-interested');
  }, 60_000);

  it('puts the lead through to a colleague', async () => {
    const call = await rig.callThrough(numbers.wantsHuman, { carrier });
    expect(call).toMatchObject({ outcome: 'completed', disposition: 'transferred' });
    expect(call.toolCalls.map(({ name }) => name)).toContain('transfer_to_human');
  }, 60_000);

  it.each([
    [numbers.busyLine, 'busy', 'busy'],
    [numbers.invalid, 'invalid-number', 'invalid-number'],
    [numbers.hangsUp, 'completed', 'hung-up-early'],
    [numbers.voicemail, 'completed', 'voicemail-no-message'],
  ])(
    'ends as %s does: %s',
    async (to, outcome, disposition) => {
      const call = await rig.callThrough(to, { carrier, input: { answeringMachine: 'hang-up' } });
      expect(call).toMatchObject({ outcome, disposition });
    },
    60_000,
  );
});
