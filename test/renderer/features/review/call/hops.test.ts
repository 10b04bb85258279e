import { describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { hopSteps } from '#renderer/features/review/call/hops.ts';

const steps = (hops: Partial<Record<HopName, number>>, more: Partial<Call> = {}) =>
  hopSteps({
    hops: Object.entries(hops).map(([name, sinceDialMs]) => ({ name: name as HopName, at: '2026-11-21T10:00:00.000Z', sinceDialMs })),
    rung: 'realtime',
    answeredAt: '2026-11-21T10:00:00.000Z',
    endedAt: '2026-11-21T10:01:00.000Z',
    ...more,
  });
const inState = (all: ReturnType<typeof steps>, state: string) => all.filter((step) => step.state === state).map(({ name }) => name);

describe('the hops of a call', () => {
  it('point at the first that is absent; what comes behind it was not tried', () => {
    const all = steps({ dialled: 0, accepted: 500, ringing: 900, answered: 3_000, 'document-served': 3_100, ended: 9_000 });
    expect(inState(all, 'missing')).toEqual(['media-open']);
    expect(inState(all, 'not-tried')[0]).toBe('first-frame-in');
    expect(all.at(-1)?.name).toBe('ended');
  });

  it('stand in the order of time: sessions open while the phone rings', () => {
    const all = steps({ dialled: 0, accepted: 500, ringing: 900, 'ai-open': 1_200, 'ai-ready': 1_300, ended: 9_000 }, { answeredAt: null });
    expect(inState(all, 'reached')).toEqual(['dialled', 'accepted', 'ringing', 'ai-open', 'ai-ready', 'ended']);
    expect(inState(all, 'missing')).toEqual(['answered']);
  });

  it('do not miss a report that a carrier may leave out', () => {
    const all = steps({ dialled: 0, answered: 3_000, 'document-served': 3_100, ended: 9_000 });
    expect(all.map(({ name }) => name)).not.toContain('ringing');
    expect(inState(all, 'missing')).toEqual(['media-open']);
  });

  it("need no sockets where the carrier's own voice speaks", () => {
    for (const rung of ['announcement', 'turn-based', 'relay'] as const) {
      const all = steps({ dialled: 0, accepted: 1, ringing: 2, answered: 3, 'document-served': 4, ended: 9 }, { rung });
      expect(inState(all, 'missing')).toEqual([]);
      expect(inState(all, 'not-tried')).toEqual([]);
    }
  });

  it('say which socket was missed when the call fell to the voice of the carrier for it', () => {
    const call = { hops: [], rung: 'announcement', answeredAt: '2026-11-22T10:00:00.000Z', endedAt: '2026-11-22T10:00:09.000Z' } as const;
    const names = ['dialled', 'accepted', 'ringing', 'answered', 'document-served', 'ai-open', 'ai-ready', 'ended'] as const;
    const hops = names.map((name, at) => ({ name, at: call.answeredAt, sinceDialMs: at }));
    const all = hopSteps({ ...call, hops }, 'media-open');
    expect(inState(all, 'missing')).toEqual(['media-open']);
    expect(inState(all, 'not-tried')).toContain('first-audio-played');
  });

  it('miss nothing while the call goes on', () => {
    expect(inState(steps({ dialled: 0 }, { answeredAt: null, endedAt: null }), 'missing')).toEqual([]);
  });
});
