import { describe, expect, it } from 'vitest';
import { operations } from '#bridge/contract/operations.ts';
import { scorecard, scoreMeasure } from '#bridge/contract/scores.ts';
import {
  cardProblem,
  measureWords,
  moved,
  newQuestion,
  questionMax,
  questionsMax,
  tidied,
  weightShare,
} from '#renderer/features/settings/sections/scorecard-fields.ts';

const asked = (question: string, weight = 10) => ({ ...newQuestion(), question, weight });
const words = (card: readonly { readonly question: string }[]) => card.map(({ question }) => question);

describe('the questions of the scorecard', () => {
  it('are taken by the bridge, each with an id of its own', () => {
    const card = tidied(Array.from({ length: questionsMax }, (_, at) => asked(` Question ${at} `.padEnd(questionMax, '?'))));
    expect(operations['settings.update'].input.safeParse({ scorecard: card }).success).toBe(true);
    expect(scorecard.safeParse([...card, asked('One more?')]).success).toBe(false);
    expect(scorecard.safeParse([asked('?'.repeat(questionMax + 1))]).success).toBe(false);
  });

  it('have words for everything that answers one by itself', () => {
    expect(Object.keys(measureWords)).toEqual(['person', ...scoreMeasure.options]);
  });

  it('change places with their neighbour, and stay at either end', () => {
    const card = ['a', 'b', 'c'].map((question) => asked(question));
    expect(words(moved(card, 1, -1))).toEqual(['b', 'a', 'c']);
    expect(words(moved(card, 1, 1))).toEqual(['a', 'c', 'b']);
    expect(moved(card, 0, -1)).toBe(card);
    expect(moved(card, 2, 1)).toBe(card);
  });

  it('are worth their weight in that of all', () => {
    const card = [asked('a', 30), asked('b', 10)];
    expect(card.map((criterion) => weightShare(card, criterion))).toEqual(['75%', '25%']);
  });

  it('are not saved while one of them has no words', () => {
    expect(cardProblem([asked('a'), asked('  ')])).toBe('Question 2 has no words.');
    expect(cardProblem([asked('a')])).toBeNull();
    expect(words(tidied([asked('  Was the price named? ')]))).toEqual(['Was the price named?']);
  });
});
