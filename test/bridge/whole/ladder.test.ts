import { describe, expect, it, vi } from 'vitest';
import type { Rung } from '#bridge/contract/words.ts';
import { numbersFrom, until } from '#test/support/bridge-rig.ts';
import { type Failing, fallOf, type Moment, openLadderRig, socketsLeft, talker, toldTo, wantsCallback } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 5 });

const number = numbersFrom(7_200);
/** Two and a half seconds, and one more, because a test machine may be busy. */
const longestGapMs = 3_500;

const falls: readonly (readonly [Rung, Rung, Moment, Failing])[] = [
  ['realtime', 'cascade', 'greeting', 'cut'],
  ['realtime', 'cascade', 'ai-speech', 'cut'],
  ['realtime', 'cascade', 'callee-speech', 'refuse'],
  ['realtime', 'cascade', 'tool-call', 'quota'],
  ['realtime', 'live', 'greeting', 'cut'],
  ['realtime', 'live', 'ai-speech', 'quota'],
  ['realtime', 'live', 'callee-speech', 'refuse'],
  ['live', 'cascade', 'greeting', 'cut'],
  ['live', 'cascade', 'ai-speech', 'cut'],
  ['live', 'cascade', 'callee-speech', 'refuse'],
  ['cascade', 'turn-based', 'greeting', 'cut'],
  ['cascade', 'turn-based', 'ai-speech', 'cut'],
  ['cascade', 'turn-based', 'callee-speech', 'refuse'],
  ['realtime', 'turn-based', 'ai-speech', 'cut'],
  ['cascade', 'relay', 'ai-speech', 'cut'],
  ['cascade', 'relay', 'greeting', 'cut'],
  ['realtime', 'relay', 'callee-speech', 'refuse'],
];

describe.concurrent('a call whose voice fails', () => {
  it.for(falls)('goes from %s to %s in the middle of %s (%s), and the lead hears a voice', async ([from, to, moment, how]) => {
    await using rig = await openLadderRig(moment === 'tool-call' ? wantsCallback : talker);
    await rig.warmUp();
    const { call, gapMs, violations } = await fallOf(rig, {
      to: number(),
      carrier: 'twilio',
      ladder: [from, to, 'announcement'],
      moment,
      how,
    });
    const words = call.transcript.map(({ speaker, text, heardText }) => `${speaker}: ${heardText ?? text}`);
    if (process.env.LADDER_TABLE)
      console.log(
        `${from} > ${to} ${moment} ${how}: ${Math.round(gapMs)} ms ${call.outcome} ${JSON.stringify(call.rungChanges)}\n  ${words.join('\n  ')}\n ${violations.join('; ')}`,
      );
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', rung: to, rungChanges: [{ from, to }] });
    expect(gapMs).toBeLessThan(longestGapMs);
    // One order, one line for what the lead has said.
    const starts = call.transcript.map(({ startMs }) => startMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const linesWith = (text: string) => words.filter((line) => line.includes(text)).length;
    const said = linesWith(moment === 'tool-call' ? 'call me back' : 'sounds good');
    const askedAgain = linesWith('did not understand that');
    if ((to === 'turn-based' || to === 'relay') && moment === 'callee-speech') {
      // What the next voice cannot hear again is written down from its sound if all of it was heard, or else the lead is asked for it, once.
      expect([said, askedAgain]).toBeOneOf([
        [1, 0],
        [0, 1],
        [1, 1],
      ]);
    } else {
      expect([said, askedAgain]).toEqual([1, 0]);
    }
    expect(violations).toEqual([]);
    expect(toldTo(rig, to)).toContain(moment === 'greeting' ? 'an AI assistant' : 'We offer a free check of pipes');
    await until('all sockets to be closed', () => socketsLeft(rig) === 0, 5_000);
  });
});
