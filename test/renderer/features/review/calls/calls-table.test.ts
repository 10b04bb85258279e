import { describe, expect, it } from 'vitest';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { markOf, outcomeOf, spentOn } from '#renderer/features/review/calls/call-words.ts';
import { drawMore } from '#renderer/features/review/calls/draw-more.ts';

const call = (part: Partial<CallSummary>) =>
  ({
    state: 'ended',
    outcome: 'completed',
    disposition: 'talked',
    answerType: null,
    speaking: null,
    attention: null,
    ...part,
  }) as CallSummary;

describe('a call in the table', () => {
  it('has a mark for how it went, or for what goes on', () => {
    expect(markOf(call({}))).toBe('passed');
    expect(markOf(call({ disposition: 'do-not-call' }))).toBe('never');
    expect(markOf(call({ disposition: 'voicemail-left' }))).toBe('voicemail');
    expect(markOf(call({ outcome: 'our-error', disposition: 'failed' }))).toBe('failed');
    expect(markOf(call({ outcome: 'unknown', disposition: null }))).toBe('look');
    expect(markOf(call({ outcome: 'busy', disposition: 'busy' }))).toBe('never');
    expect(markOf(call({ state: 'live', outcome: null, speaking: 'lead' }))).toBe('lead-speaking');
    expect(markOf(call({ state: 'ringing', outcome: null }))).toBe('ringing');
  });

  it('is not marked as fine where a service broke the conversation', () => {
    const broken = { cause: 'ai-lost', fault: 'ai-provider', words: 'The AI service failed in mid-call' } as unknown as CallSummary['end'];
    expect(markOf(call({ end: broken }))).toBe('look');
    expect(markOf(call({ end: { cause: 'lead-hung-up', fault: 'lead', words: '' } as unknown as CallSummary['end'] }))).toBe('passed');
  });

  it('says in a word how it went', () => {
    expect(outcomeOf(call({}))).toBe('Answered');
    expect(outcomeOf(call({ state: 'live', outcome: null }))).toBe('On the line');
  });

  it('costs nothing in rehearsal', () => {
    expect(spentOn(call({ world: 'rehearsal', costMicros: 60_000 }))).toBe(0);
    expect(spentOn(call({ world: 'real', costMicros: 60_000 }))).toBe(60_000);
  });
});

describe('the rows of one frame', () => {
  it('are those that were drawn and only so many more', () => {
    const before = new Set([1, 2, 3]);
    expect([...drawMore(before, [2, 3, 4, 5, 6, 7], 2)]).toEqual([2, 3, 4, 5]);
    expect([...drawMore(before, [9], 0)]).toEqual([]);
  });
});
