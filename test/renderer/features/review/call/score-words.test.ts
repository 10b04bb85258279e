import { describe, expect, it } from 'vitest';
import type { CriterionId } from '#bridge/contract/ids.ts';
import type { CallScore, ScoreAnswer, ScoreItem } from '#bridge/contract/scores.ts';
import { markOfItem, scoreAside, scoreHint } from '#renderer/features/review/call/score-words.ts';

const item = (answer: ScoreAnswer | null, isFatal = false): ScoreItem => ({
  id: 'criterion_x' as CriterionId,
  question: 'Was it kind?',
  weight: 10,
  isFatal,
  measure: null,
  answer,
  by: answer === null ? null : 'person',
});
const score = (items: readonly ScoreItem[], points: number | null, scoredBy: string | null = 'Ann'): CallScore => ({
  items: [...items],
  points,
  scoredBy,
  scoredAt: scoredBy === null ? null : '2026-11-23T10:00:00.000Z',
});

describe('a scorecard', () => {
  it('says how many answers are missing, then its points', () => {
    expect(scoreAside(score([item('yes'), item(null), item(null)], null))).toBe('2 to answer');
    expect(scoreAside(score([item('yes'), item('no')], 50))).toBe('50 of 100');
  });

  it('has no points before a person has answered, and says why', () => {
    const recorded = score([item('yes')], 100, null);
    expect(scoreAside(recorded)).toBeUndefined();
    expect(scoreHint(recorded)).toContain('what the record says');
  });

  it('says what a fatal no does, also while answers are missing', () => {
    const fatal = score([item('no', true), item(null)], 0);
    expect(scoreAside(fatal)).toBe('0 of 100');
    expect(scoreHint(fatal)).toContain('fails the call');
    expect(scoreHint(score([item('no'), item('yes')], 50))).toBeNull();
  });

  it('says why there are no points when nothing applies', () => {
    const none = score([item('not-applicable')], null);
    expect([scoreAside(none), scoreHint(none)]).toEqual([undefined, expect.stringContaining('No question applies')]);
  });

  it('marks a fatal no as what calls for somebody, and any other as what is to be looked at', () => {
    const marks = [item('yes'), item('no'), item('no', true), item('not-applicable'), item(null)].map(markOfItem);
    expect(marks).toEqual(['passed', 'look', 'failed', 'never', 'waiting']);
  });
});
