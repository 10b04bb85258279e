import { describe, expect, it } from 'vitest';
import { erasedWords, foundWords, hasAnything, lastFour } from '#renderer/features/erasure/erasure-words.ts';

describe('erasing a number, in words', () => {
  it('says beforehand what goes and what a legal hold keeps', () => {
    expect(foundWords({ calls: 3, recordings: 2, leads: 1, held: 1 })).toBe(
      '3 calls, 2 recordings and 1 lead will be erased. 1 call is under a legal hold and stays as it is.',
    );
    expect(foundWords({ calls: 0, recordings: 0, leads: 1, held: 0 })).toBe('1 lead will be erased.');
    expect(foundWords({ calls: 0, recordings: 0, leads: 0, held: 2 })).toMatch(/^Nothing can be erased\. 2 calls are under a legal hold/);
    expect(foundWords({ calls: 0, recordings: 0, leads: 0, held: 0 })).toBe('Nothing is known of this number.');
  });

  it('says afterwards what went', () => {
    expect(erasedWords({ calls: 1, recordings: 1, leads: 0, held: 0 })).toBe('1 call and 1 recording erased.');
    expect(erasedWords({ calls: 0, recordings: 0, leads: 0, held: 1 })).toMatch(/^Nothing was erased\. 1 call is under/);
  });

  it('asks for the last four digits, and only where there is something', () => {
    expect(lastFour('+15205550118')).toBe('0118');
    expect(hasAnything({ calls: 0, recordings: 0, leads: 1, held: 0 })).toBe(true);
    expect(hasAnything({ calls: 0, recordings: 0, leads: 0, held: 3 })).toBe(false);
  });
});
