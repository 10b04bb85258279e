import { describe, expect, it, vi } from 'vitest';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { numbersFrom } from '#test/support/bridge-rig.ts';
import { fallOf, openLadderRig, toldTo, wantsCallback } from '#test/support/ladder-rig.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 3 });

const number = numbersFrom(7_900);
const wish = 'Please call me back tomorrow at three.';
const falls: readonly (readonly [CarrierName, Rung])[] = [
  ['twilio', 'turn-based'],
  ['plivo', 'turn-based'],
  ['twilio', 'relay'],
];

describe.concurrent('a session that dies before it has written down what the lead said', { retry: 1 }, () => {
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
