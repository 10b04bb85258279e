import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { rms, toneShare } from '#test/support/audio.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { OperatorConsole } from '#test/support/operator-console.ts';
import { tone } from '#test/support/tones.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const operatorHz = 1_250;
/** Says something now and then, so that an AI that listens has something to answer. */
const lead: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'say', text: 'Tuesday morning is fine with me.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'say', text: 'Yes, please.' },
    { kind: 'wait', ms: 60_000 },
  ],
};

const windowMs = 40;
/** Where an ear heard the operator's tone, in milliseconds since the answer. */
function toneAt(leg: SimCall): number[] {
  const samples = decodeMulaw(leg.heard ?? new Uint8Array());
  const found: number[] = [];
  for (let at = 0; at + windowMs <= samples.length / 8; at += windowMs)
    if (rms(samples, at, at + windowMs) > 0.05 && toneShare(samples, operatorHz, at, at + windowMs) > 0.8) found.push(at);
  return found;
}

const rungs: readonly (readonly [Rung, CarrierName])[] = [
  ['realtime', 'plivo'],
  ['live', 'twilio'],
  ['live', 'plivo'],
  ['cascade', 'twilio'],
  ['cascade', 'plivo'],
  ['relay', 'twilio'],
  ['turn-based', 'twilio'],
  ['turn-based', 'plivo'],
];

describe('a call that is taken over and given back twice', () => {
  let rig: BridgeRig;
  const nextNumber = numbersFrom(500);
  beforeAll(async () => {
    rig = await openBridgeRig({ people: () => lead, allVoices: true });
    await rig.invoke('settings.update', { operatorName: 'Dana' });
    await rig.warmUp();
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  /** Everything that any AI was told so far. */
  const told = () => {
    const { openai } = rig.world;
    return JSON.stringify([openai.sessions().map(({ items }) => items), openai.live.sessions(), openai.texts()]);
  };

  it.each(rungs)('goes on with the AI of the rung %s over %s', async (rung, carrier) => {
    const to = nextNumber();
    const { id } = await rig.dial(to, carrier, { ladder: [rung, 'announcement'] });
    const leg = await until('the answer', () => rig.ringsAt(to).find(({ answeredAtMs }) => answeredAtMs !== null));
    const since = () => (leg.heard?.length ?? 0) / 8;
    const view = (): Promise<Call> => rig.invoke('calls.get', { id });
    using console = await OperatorConsole.open(rig);
    console.hears(tone(operatorHz, 800));
    // Whoever has answered has heard who is calling.
    await until(
      'an answer',
      async () => (await view()).transcript.some(({ speaker, text }) => speaker === 'lead' && text.includes('Tuesday')),
      30_000,
    );
    expect((await view()).disclosurePlayedAt).not.toBeNull();
    for (const time of ['first', 'second']) {
      await console.takeOver(id);
      const takenMs = since();
      await until(`the operator, the ${time} time`, () => toneAt(leg).some((at) => at >= takenMs), 15_000);
      await new Promise((resume) => setTimeout(resume, 800));
      expect(await view()).toMatchObject({ state: 'live', heldBy: 'Dana' });
      await console.giveBack(id, { note: `The ${time} note.` });
      const givenMs = since();
      await until(
        `the AI, the ${time} time`,
        () => {
          const tones = toneAt(leg);
          return voiceHeardBy(leg).some(
            ({ startMs, endMs }) => endMs > givenMs + 400 && !tones.some((at) => at >= startMs && at < endMs && at > givenMs + 400),
          );
        },
        20_000,
      );
      expect(await view()).toMatchObject({ state: 'live', heldBy: null, rung });
      await until(`the AI to know the ${time} note`, () => told().includes(`The ${time} note.`));
      // Nothing of the operator is heard any more.
      expect(toneAt(leg).filter((at) => at > givenMs + 400)).toEqual([]);
      await new Promise((resume) => setTimeout(resume, 1_500));
    }
    await rig.invoke('calls.hangUp', { id });
    const over = await rig.over(id);
    expect(over.involvements.map(({ action }) => action)).toEqual(['took-over', 'gave-back', 'took-over', 'gave-back', 'hung-up']);
    // Introduced once, whoever spoke in between.
    expect(over.transcript.filter(({ speaker, text }) => speaker === 'ai' && text.includes('this is Mia'))).toHaveLength(1);
    expect(rig.violations()).toEqual([]);
  });
});
