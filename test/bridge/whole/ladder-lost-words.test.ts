import { describe, expect, it, vi } from 'vitest';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { speechStretches } from '#test/support/audio.ts';
import { type BridgeRig, numbersFrom, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { failNow, fallOf, openLadderRig, toldTo, wantsCallback } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 3 });

const number = numbersFrom(7_900);
const wish = 'Please call me back tomorrow at three.';
const falls: readonly (readonly [CarrierName, Rung])[] = [
  ['twilio', 'turn-based'],
  ['plivo', 'turn-based'],
  ['twilio', 'relay'],
];

describe.concurrent('a session that dies before it has written down what the lead said', () => {
  it.for(falls)('over %s leaves it to be written down from its sound, and %s answers it', async ([carrier, below]) => {
    await using rig = await openLadderRig(wantsCallback);
    await rig.warmUp();
    const { call, violations } = await fallOf(rig, {
      to: number(),
      carrier,
      ladder: ['realtime', below, 'announcement'],
      moment: 'tool-call',
      how: 'cut',
    });
    expect(call).toMatchObject({ outcome: 'completed', rung: below, rungChanges: [{ from: 'realtime', to: below }] });
    const said = call.transcript.filter(({ speaker }) => speaker === 'lead').map(({ text }) => text);
    expect(said.filter((text) => text === wish)).toHaveLength(1);
    expect(rig.world.openai.recordings()).toMatchObject([{ model: 'gpt-transcribe', text: wish }]);
    // At its place: before the voice changed, though its words came later.
    const places = call.transcript.map(({ text }) => text);
    expect(places.indexOf(wish)).toBeLessThan(call.transcript.findIndex(({ speaker }) => speaker === 'system'));
    expect(call.transcript.map(({ startMs }) => startMs)).toEqual(call.transcript.map(({ startMs }) => startMs).sort((a, b) => a - b));
    // Whoever spoke next was told, and has not asked for it again.
    expect(toldTo(rig, below)).toContain(wish);
    expect(places.some((text) => text.includes('did not understand'))).toBe(false);
    expect(call.toolCalls.filter(({ name }) => name === 'schedule_callback')).toHaveLength(1);
    const written = call.costs.filter(({ kind, detail }) => kind === 'transcription' && detail.startsWith('gpt-transcribe: '));
    expect(written.reduce((sum, { micros }) => sum + micros, 0)).toBeGreaterThanOrEqual(75 + 225);
    expect(call.costs.reduce((sum, { micros }) => sum + micros, 0)).toBe(call.costMicros);
    expect(violations).toEqual([]);
  });
});

const question = 'What does it cost?';
/** Speaks into an answer, and waits. */
const asks: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait-to-interrupt', intoMs: 900 },
    { kind: 'say', text: question },
    { kind: 'wait', ms: 9_000 },
    { kind: 'hang-up' },
  ],
};

const saidOn = (leg: SimCall) => (leg.said ? speechStretches(decodeMulaw(leg.said), { leastMs: 20 }) : []);

/** Realtime speech is gone for good from the first sound of their question on. */
async function fallsIntoQuestion(rig: BridgeRig, carrier: CarrierName, ladder: readonly Rung[]) {
  const to = number();
  const { id } = await rig.dial(to, carrier, { ladder });
  const leg = await until('the leg', () => rig.ringsAt(to)[0]);
  while (saidOn(leg).length < 3) await new Promise((resume) => setTimeout(resume, 5));
  failNow(rig.world, 'realtime', 'cut');
  const call = await rig.over(id);
  const endMs = saidOn(leg).at(-1)?.endMs ?? Number.NaN;
  const nextMs = voiceHeardBy(leg).find((stretch) => stretch.endMs > endMs)?.startMs ?? Number.POSITIVE_INFINITY;
  return { call, silentMs: nextMs - endMs };
}

describe.concurrent('a lead who speaks at the moment at which the voice is lost', () => {
  const heard: readonly (readonly [CarrierName, Rung])[] = [
    ['plivo', 'live'],
    ['twilio', 'cascade'],
  ];
  it.for(heard)('over %s is heard from the first word, and answered, by %s', async ([carrier, below]) => {
    await using rig = await openLadderRig(asks);
    await rig.warmUp();
    const { call, silentMs } = await fallsIntoQuestion(rig, carrier, ['realtime', below, 'announcement']);
    expect(call).toMatchObject({ outcome: 'completed', rung: below });
    expect(call.transcript.filter(({ speaker }) => speaker === 'lead').map(({ text }) => text)).toEqual([
      'Hello?',
      'Yes, that sounds good.',
      question,
    ]);
    expect(call.transcript.some(({ speaker, text }) => speaker === 'ai' && text.includes('The check is free.'))).toBe(true);
    expect(silentMs).toBeLessThan(2_500);
    expect(rig.violations()).toEqual([]);
  });

  it('is not left in silence when the voice that follows does not speak either', async () => {
    await using rig = await openLadderRig(asks);
    await rig.warmUp();
    rig.world.openai.live.fault({ fault: { kind: 'silent' } });
    const { call, silentMs } = await fallsIntoQuestion(rig, 'twilio', ['realtime', 'live', 'cascade', 'announcement']);
    expect(silentMs).toBeLessThan(2_500);
    expect(call).toMatchObject({ rung: 'cascade', rungChanges: [{ to: 'live' }, { from: 'live', to: 'cascade' }] });
    expect(call.transcript.some(({ speaker, text }) => speaker === 'ai' && text.includes('The check is free.'))).toBe(true);
  });
});
