import { describe, expect, it } from 'vitest';
import { wordsHeardBy, writtenText } from '#bridge/engines/cascade/heard-words.ts';
import { spokenWords } from '#bridge/engines/cascade/spoken-text.ts';

const words = spokenWords('It costs $12.50 at the door.', 'en');

describe('which words were heard', () => {
  const timings = [
    ['It', 200],
    ['costs', 600],
    ['twelve', 900],
    ['dollars', 1_300],
    ['and', 1_400],
    ['fifty', 1_700],
    ['cents', 2_000],
    ['at', 2_100],
    ['the', 2_200],
    ['door.', 2_600],
  ].map(([word, endMs]) => ({ word: String(word), endMs: Number(endMs) }));

  it.each([
    [0, ''],
    [599, 'It'],
    [600, 'It costs'],
    [1_999, 'It costs'],
    [2_000, 'It costs $12.50'],
    [2_599, 'It costs $12.50 at the'],
    [2_700, 'It costs $12.50 at the door.'],
  ])('is told exactly by a voice that times its words: after %i ms', (heardMs, text) => {
    const spoken = { words, timings, receivedMs: 2_700, complete: true };
    expect(writtenText(words, wordsHeardBy(spoken, heardMs))).toBe(text);
  });

  it('is told by proportion where it does not, and no faster than anybody speaks', () => {
    const spoken = { words, timings: [], receivedMs: 2_700, complete: true };
    expect(writtenText(words, wordsHeardBy(spoken, 1_350))).toBe('It costs');
    expect(wordsHeardBy(spoken, 2_700)).toBe(words.length);
    // Half of the sound has come, and with it no more than half of the words.
    expect(writtenText(words, wordsHeardBy({ ...spoken, receivedMs: 300, complete: false }, 300))).toBe('It');
  });
});
