import { describe, expect, it, vi } from 'vitest';
import { type CaseSpec, Lane, nameOf } from '#test/soak/ladder-case.ts';

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 6 });

/** A sample of `test/soak/ladder-matrix.ts`, which runs through all of them. */
const sample: readonly CaseSpec[] = [
  { carrier: 'twilio', from: 'realtime', to: 'cascade', how: 'stall', moment: 'ai-speech' },
  { carrier: 'twilio', from: 'live', to: 'cascade', how: 'hang', moment: 'callee-speech' },
  { carrier: 'plivo', from: 'realtime', to: 'turn-based', how: 'hang', moment: 'callee-speech' },
  { carrier: 'plivo', from: 'realtime', to: 'announcement', how: 'garbage', moment: 'ai-speech' },
  { carrier: 'plivo', from: 'live', to: 'cascade', how: '429', moment: 'takeover' },
];

describe.concurrent('a voice that hangs, stalls or makes no sense', () => {
  it.for(sample.map((spec) => [nameOf(spec), spec] as const))('leaves the call to the next one: %s', async ([, spec]) => {
    // A second and more, because a test machine may be busy.
    await using lane = await Lane.open({ slackMs: 1_500 });
    const { problems, because, words } = await lane.run(spec);
    expect(problems, [...because, ...words].join('\n')).toEqual([]);
  });
});
