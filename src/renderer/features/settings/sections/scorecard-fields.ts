import type { CriterionId } from '#bridge/contract/ids.ts';
import type { Criterion, ScoreMeasure } from '#bridge/contract/scores.ts';
import { percent } from '../../../ui/format.ts';

export const questionsMax = 30;
export const questionMax = 160;

/** What answers a question by itself; `person` is nothing. */
export const measureWords: Readonly<Record<ScoreMeasure | 'person', string>> = {
  person: 'Only a person',
  'disclosure-heard': 'The disclosure was heard',
  'prompt-replies': 'Replies are prompt',
};

export function newQuestion(): Criterion {
  const id = `criterion_${crypto.randomUUID().replaceAll('-', '')}` as CriterionId;
  return { id, question: '', weight: 10, isFatal: false, measure: null };
}

/** A question beside its neighbour. @param by -1 up, 1 down @returns the same card at either end */
export function moved(card: readonly Criterion[], at: number, by: -1 | 1): readonly Criterion[] {
  const [one, other] = [card[at], card[at + by]];
  if (!one || !other) return card;
  return card.with(at, other).with(at + by, one);
}

/** What a yes is worth of the whole, as `25%`. */
export function weightShare(card: readonly Criterion[], { weight }: Criterion): string {
  return percent(weight / card.reduce((sum, criterion) => sum + criterion.weight, 0));
}

/** What keeps the card from being saved; null when nothing does. */
export function cardProblem(card: readonly Criterion[]): string | null {
  const empty = card.findIndex(({ question }) => question.trim() === '');
  return empty === -1 ? null : `Question ${empty + 1} has no words.`;
}

/** As it is kept. */
export const tidied = (card: readonly Criterion[]): Criterion[] =>
  card.map((criterion) => ({ ...criterion, question: criterion.question.trim() }));
