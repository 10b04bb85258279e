import { type CriterionId, criterionId } from '#bridge/contract/ids.ts';
import type { Criterion, ScoreAnswer, ScoreItem, ScoreMeasure } from '#bridge/contract/scores.ts';

/** What is asked of calls as long as nobody has said otherwise. */
export const standardScorecard: readonly Criterion[] = (
  [
    ['disclosed', 'Said that it is an AI', 20, true, 'disclosure-heard'],
    ['prompt', 'Replied without long pauses', 10, false, 'prompt-replies'],
    ['answered', 'Answered what was asked', 30, false, null],
    ['person', 'Offered a person or a callback when one was asked for', 20, false, null],
    ['agreed', 'Repeated what was agreed', 20, false, null],
  ] as const
).map(([name, question, weight, isFatal, measure]) => ({ id: criterionId.parse(`criterion_${name}`), question, weight, isFatal, measure }));

/** A reply later than this is felt as a pause. */
const promptMs = 1_500;

/** What is known of an answered call, for the questions that it answers by itself. */
export interface ScoredCall {
  /** Whether a person picked up. */
  readonly isHuman: boolean;
  /** Whether the agent has a disclosure to say. */
  readonly hasDisclosure: boolean;
  /** Whether the carrier confirmed that all of it was played; null where its own voice spoke and was not known to reach its end. */
  readonly disclosureHeard: boolean | null;
  /** How long each reply took, from the lead's last word to the first sound of the answer. */
  readonly replyMs: readonly number[];
}

/** What the record of a call answers; null where it does not know. */
export function recordedAnswer(measure: ScoreMeasure, call: ScoredCall): ScoreAnswer | null {
  switch (measure) {
    case 'disclosure-heard':
      if (!call.isHuman || !call.hasDisclosure) return 'not-applicable';
      if (call.disclosureHeard === null) return null;
      return call.disclosureHeard ? 'yes' : 'no';
    case 'prompt-replies': {
      const median = call.replyMs.toSorted((a, b) => a - b)[Math.floor((call.replyMs.length - 1) / 2)];
      if (median === undefined) return 'not-applicable';
      return median <= promptMs ? 'yes' : 'no';
    }
  }
}

/** A card as somebody has it before them. @param given what people answered; it goes before the record */
export function scoreItems(
  card: readonly Criterion[],
  given: ReadonlyMap<CriterionId, ScoreAnswer>,
  call: ScoredCall,
): readonly ScoreItem[] {
  return card.map(({ id, question, weight, isFatal, measure }) => {
    const criterion = { id, question, weight, isFatal, measure };
    const answer = given.get(id);
    if (answer !== undefined) return { ...criterion, answer, by: 'person' };
    const recorded = measure === null ? null : recordedAnswer(measure, call);
    return { ...criterion, answer: recorded, by: recorded === null ? null : 'record' };
  });
}

/**
 * The weight of every yes in that of all that apply, 0 to 100. A fatal no is 0 at once.
 *
 * @returns null while an answer is missing, and when nothing applies
 */
export function pointsOf(items: readonly Pick<ScoreItem, 'weight' | 'isFatal' | 'answer'>[]): number | null {
  if (items.some(({ isFatal, answer }) => isFatal && answer === 'no')) return 0;
  if (items.some(({ answer }) => answer === null)) return null;
  const weightOf = (counts: (answer: ScoreAnswer | null) => boolean) =>
    items.reduce((sum, { weight, answer }) => sum + (counts(answer) ? weight : 0), 0);
  const all = weightOf((answer) => answer !== 'not-applicable');
  return all === 0 ? null : Math.round((weightOf((answer) => answer === 'yes') * 100) / all);
}
