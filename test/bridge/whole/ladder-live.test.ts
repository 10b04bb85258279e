import { describe, expect, it, vi } from 'vitest';
import { decodeMulaw } from '#bridge/media/g711.ts';
import { longestHole } from '#test/soak/hole.ts';
import { speechStretches } from '#test/support/audio.ts';
import { numbersFrom, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { openLadderRig } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 90_000 });

const number = numbersFrom(7_500);
const cutsIn = 'Wait a second, I have a question about that.';
/** Lets the greeting pass and speaks over the answer. */
const interrupts: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait-to-interrupt', intoMs: 900 },
    { kind: 'say', text: cutsIn },
    { kind: 'wait', ms: 5_000 },
    { kind: 'hang-up' },
  ],
};

/** Answers the greeting, and waits for what comes. */
const waits: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait', ms: 10_000 },
    { kind: 'hang-up' },
  ],
};

describe('the Live voice', () => {
  it.for(['twilio', 'plivo'] as const)('over %s is left when all that comes of an answer is a sound without a word', async (carrier) => {
    await using rig = await openLadderRig(waits);
    await rig.warmUp();
    const to = number();
    const through = rig.callThrough(to, carrier, { ladder: ['live', 'cascade', 'announcement'] });
    const answeredAtMs = await until('the answer', () => rig.ringsAt(to)[0]?.answeredAtMs ?? undefined);
    // Its greeting is over by then.
    await new Promise((resume) => setTimeout(resume, answeredAtMs + 6_000 - Date.now()));
    rig.world.openai.live.fault({ fault: { kind: 'stall-in-speech', afterDeltas: 0 }, times: 1 });
    const call = await through;
    const [leg] = rig.ringsAt(to);
    expect(call.rungChanges).toMatchObject([{ from: 'live', to: 'cascade', because: expect.stringContaining('silent when it was due') }]);
    expect(call.transcript.filter(({ speaker }) => speaker === 'ai').length).toBeGreaterThan(3);
    expect(leg && longestHole(leg).ms).toBeLessThan(4_000);
    expect(rig.violations()).toEqual([]);
  });

  it('falls silent when the callee speaks over it, by our own ear', async () => {
    await using rig = await openLadderRig(interrupts);
    await rig.warmUp();
    const to = number();
    const call = await rig.callThrough(to, 'twilio', { ladder: ['live', 'announcement'] });
    const [leg] = rig.ringsAt(to);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'live' });
    const said = leg?.said ? speechStretches(decodeMulaw(leg.said)) : [];
    const ours = voiceHeardBy(leg);
    // The stretch of theirs that begins while we speak.
    const over = said.find(({ startMs }) => ours.some((stretch) => stretch.startMs + 500 < startMs && stretch.endMs > startMs));
    expect(over, 'the callee has spoken over us').toBeDefined();
    const atMs = over?.startMs ?? 0;
    const running = ours.find(({ startMs, endMs }) => startMs < atMs && endMs > atMs);
    // The service goes on talking until it decides otherwise; the carrier is told to drop it at once.
    expect((running?.endMs ?? 0) - atMs).toBeLessThan(700);
    const dropped = (leg?.history ?? []).filter(
      ({ kind, ...event }) => kind === 'socket' && JSON.stringify(event).includes('"event":"clear"'),
    );
    expect(dropped.length).toBeGreaterThan(0);
    const cut = call.transcript.find(({ speaker, interrupted }) => speaker === 'ai' && interrupted);
    expect(cut?.heardText?.length).toBeLessThan(cut?.text.length ?? 0);
    expect(call.transcript.some(({ speaker, text }) => speaker === 'lead' && text.includes('question'))).toBe(true);
    expect(rig.violations()).toEqual([]);
  });
});
