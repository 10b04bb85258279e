import { describe, expect, it } from 'vitest';
import type { HopName } from '#bridge/contract/words.ts';
import { lineEndOf } from '#bridge/domain/line-end.ts';

const reached = (...hops: readonly HopName[]) => ({ hasReached: (hop: HopName) => hops.includes(hop) });
const whole = reached(
  'dialled',
  'accepted',
  'ringing',
  'answered',
  'document-served',
  'media-open',
  'ai-open',
  'ai-ready',
  'first-frame-in',
  'first-ai-audio',
  'first-audio-sent',
);
const untold = { party: 'unknown', text: 'normal clearing' } as const;

describe('the end of a line that nobody here ended', () => {
  it('is the lead hanging up when the carrier does not say who did', () => {
    expect(lineEndOf({ isAnswered: true, rung: 'realtime', cause: untold, ...whole })).toEqual({ by: 'lead', reason: 'the lead hung up' });
    expect(lineEndOf({ isAnswered: true, rung: 'realtime', cause: null, ...whole }).by).toBe('lead');
  });

  it('is before that of the announcement, of which the carrier would have told', () => {
    expect(lineEndOf({ isAnswered: true, rung: 'announcement', cause: null, ...whole })).toEqual({
      by: 'lead',
      reason: 'the lead hung up before the announcement was over',
    });
  });

  it('is told by the first hop that was never reached, unless the lead hung up', () => {
    const early = { isAnswered: true, rung: 'realtime', ...reached('dialled', 'accepted', 'ringing', 'answered') } as const;
    expect(lineEndOf({ ...early, cause: untold }).by).toBe('network');
    expect(lineEndOf({ ...early, cause: { party: 'lead', text: 'hung up' } })).toEqual({ by: 'lead', reason: 'hung up' });
  });

  it("is the carrier's word before an answer", () => {
    expect(lineEndOf({ isAnswered: false, rung: null, cause: { party: 'carrier', text: 'no route' }, ...reached('dialled') })).toEqual({
      by: 'carrier',
      reason: 'no route',
    });
    expect(lineEndOf({ isAnswered: false, rung: null, cause: null, ...reached() }).reason).toBe('the carrier gave no reason');
  });
});
