import { describe, expect, it, vi } from 'vitest';
import { numbersFrom, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { openLadderRig } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 2 });

const number = numbersFrom(7_700);
const turn = (text: string) =>
  [
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'say', text },
  ] as const;
/** Talks on for long enough that a better voice can come back. */
const talksOn: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    ...turn('Yes, that sounds good.'),
    ...turn('Tomorrow at three would be fine.'),
    ...turn('What does it cost?'),
    ...turn('Who will come?'),
    ...turn('Do I have to be at home?'),
    ...turn('Yes, please.'),
    { kind: 'wait', ms: 6_000 },
    { kind: 'hang-up' },
  ],
};

describe.concurrent('a call whose better voice works again', () => {
  it.for([
    ['twilio', 'turn-based'],
    ['plivo', 'turn-based'],
    ['twilio', 'relay'],
  ] as const)('over %s goes back from %s to a stream, with a turn of the lead', async ([carrier, below]) => {
    await using rig = await openLadderRig(talksOn);
    await rig.warmUp();
    const to = number();
    const { id } = await rig.dial(to, carrier, { ladder: ['realtime', below, 'announcement'], maxCallSeconds: 120 });
    const leg = await until('the leg', () => rig.ringsAt(to)[0]);
    await until('the greeting', () => (voiceHeardBy(leg).at(-1)?.endMs ?? 0) > 3_200);
    const lift = rig.world.openai.fault({ fault: { kind: 'refuse' } });
    rig.world.openai.fault({ fault: { kind: 'close', code: 1006, afterMs: 0 } })();
    await until('the lower rung', async () => (await rig.invoke('calls.get', { id })).rung === below);
    lift();
    const call = await rig.over(id, 80_000);
    expect(call.rungChanges).toMatchObject([
      { from: 'realtime', to: below },
      { from: below, to: 'realtime', because: 'a better voice is back' },
    ]);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'realtime' });
    const starts = call.transcript.map(({ startMs }) => startMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(rig.violations()).toEqual([]);
  });
});
