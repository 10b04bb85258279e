import { describe, expect, it } from 'vitest';
import { attentionRule } from '#bridge/contract/attention.ts';
import { effectWords, ruleWords } from '#renderer/features/campaign-board/attention-words.ts';

describe('a rule that was not needed', () => {
  it('is told by what it looks for, each in other words', () => {
    const words = attentionRule.options.map((rule) => ruleWords[rule]);
    expect(new Set(words).size).toBe(words.length);
    for (const one of words) expect(one).toMatch(/^[A-Z][^.!?]{5,40}$/);
  });

  it('is told with how often, and what that has made of it', () => {
    expect(effectWords({ dismissed: 1, effect: 'later' })).toBe('Not needed once: it asks later');
    expect(effectWords({ dismissed: 3, effect: 'look' })).toBe('Not needed 3 times: it asks for a look at most');
    expect(effectWords({ dismissed: 6, effect: 'silent' })).toBe('Not needed 6 times: it is silent here');
  });
});
