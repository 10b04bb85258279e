import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CriterionId, criterionId } from '#bridge/contract/ids.ts';
import { type Criterion, callScore, type ScoreAnswer, scoreAnswer, scorecard } from '#bridge/contract/scores.ts';
import { pointsOf, recordedAnswer, type ScoredCall, scoreItems, standardScorecard } from '#bridge/domain/score.ts';

const known: ScoredCall = { isHuman: true, hasDisclosure: true, disclosureHeard: true, replyMs: [700, 900, 2_000] };

function question(name: string, fields: Partial<Criterion> = {}): Criterion {
  return { id: criterionId.parse(name), question: `Was it ${name}?`, weight: 10, isFatal: false, measure: null, ...fields };
}

const given = (answers: Readonly<Record<string, ScoreAnswer>>) => new Map(Object.entries(answers) as [CriterionId, ScoreAnswer][]);

describe('the points of a call', () => {
  it('are the weight of every yes in that of all that apply', () => {
    const card = [question('kind'), question('clear', { weight: 30 }), question('short', { weight: 60 })];
    const points = (answers: Readonly<Record<string, ScoreAnswer>>) => pointsOf(scoreItems(card, given(answers), known));
    expect(points({ kind: 'yes', clear: 'yes', short: 'no' })).toBe(40);
    expect(points({ kind: 'yes', clear: 'yes', short: 'not-applicable' })).toBe(100);
    expect(points({ kind: 'yes', clear: 'no', short: 'not-applicable' })).toBe(25);
    expect(points({ kind: 'no', clear: 'no', short: 'no' })).toBe(0);
  });

  it('are not known while an answer is missing, and not of questions none of which apply', () => {
    const card = [question('kind'), question('clear')];
    expect(pointsOf(scoreItems(card, given({ kind: 'yes' }), known))).toBeNull();
    expect(pointsOf(scoreItems(card, given({ kind: 'not-applicable', clear: 'not-applicable' }), known))).toBeNull();
    expect(pointsOf([])).toBeNull();
  });

  it('are none at once when a fatal question is answered no', () => {
    const card = [question('honest', { isFatal: true }), question('clear')];
    expect(pointsOf(scoreItems(card, given({ honest: 'no' }), known))).toBe(0);
    expect(pointsOf(scoreItems(card, given({ honest: 'not-applicable', clear: 'yes' }), known))).toBe(100);
  });

  it('stay from 0 to 100, and rise with every no that becomes a yes', () => {
    const items = fc.array(
      fc.record({
        weight: fc.integer({ min: 1, max: 100 }),
        isFatal: fc.constant(false),
        answer: fc.constantFrom<ScoreAnswer[]>(...scoreAnswer.options),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(items, fc.nat(), (all, at) => {
        const points = pointsOf(all);
        if (all.every(({ answer }) => answer === 'not-applicable')) return points === null;
        const better = all.map((item, index) =>
          index === at % all.length && item.answer === 'no' ? { ...item, answer: 'yes' as const } : item,
        );
        return points !== null && points >= 0 && points <= 100 && (pointsOf(better) ?? 0) >= points;
      }),
    );
  });
});

describe('what the record answers', () => {
  it.each([
    [{}, 'yes'],
    [{ disclosureHeard: false }, 'no'],
    [{ disclosureHeard: null }, null],
    [{ disclosureHeard: null, isHuman: false }, 'not-applicable'],
    [{ disclosureHeard: false, isHuman: false }, 'not-applicable'],
    [{ disclosureHeard: false, hasDisclosure: false }, 'not-applicable'],
  ] as const)('of the disclosure of a call with %j is %s', (change, answer) => {
    expect(recordedAnswer('disclosure-heard', { ...known, ...change })).toBe(answer);
  });

  it('is nobody’s answer where nobody knows', () => {
    const card = [question('honest', { measure: 'disclosure-heard' })];
    expect(scoreItems(card, new Map(), { ...known, disclosureHeard: null })).toMatchObject([{ answer: null, by: null }]);
  });

  it.each([
    [[700, 900, 9_000], 'yes'],
    [[1_500], 'yes'],
    [[1_501], 'no'],
    [[900, 1_600, 1_700], 'no'],
    [[1_400, 1_600], 'yes'],
    [[], 'not-applicable'],
  ] as const)('of replies after %j ms is %s', (replyMs, answer) => {
    expect(recordedAnswer('prompt-replies', { ...known, replyMs })).toBe(answer);
  });

  it('gives way to a person, and is there again when they take their answer back', () => {
    const card = [question('honest', { measure: 'disclosure-heard' }), question('clear')];
    expect(scoreItems(card, given({}), known)).toMatchObject([
      { answer: 'yes', by: 'record' },
      { answer: null, by: null },
    ]);
    expect(scoreItems(card, given({ honest: 'no', clear: 'yes' }), known)).toMatchObject([
      { answer: 'no', by: 'person' },
      { answer: 'yes', by: 'person' },
    ]);
  });
});

describe('the standard scorecard', () => {
  it('is one that can be saved, weighs 100 in all, and asks first whether it said what it is', () => {
    expect(scorecard.parse(standardScorecard)).toEqual(standardScorecard);
    expect(standardScorecard.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
    expect(standardScorecard[0]).toMatchObject({ isFatal: true, measure: 'disclosure-heard' });
    expect(() => callScore.shape.items.parse(scoreItems(standardScorecard, given({}), known))).not.toThrow();
  });

  it('cannot have two questions of one id', () => {
    expect(scorecard.safeParse([question('kind'), question('kind')]).success).toBe(false);
  });
});
