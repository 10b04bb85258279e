import type { CallScore, ScoreAnswer, ScoreItem } from '#bridge/contract/scores.ts';
import type { MarkName } from '../../../ui/Mark.tsx';

export const answerWords: Readonly<Record<ScoreAnswer, string>> = { yes: 'Yes', no: 'No', 'not-applicable': 'Does not apply' };

export const answers = Object.keys(answerWords) as readonly ScoreAnswer[];

/** The mark of a question: a fatal no calls for somebody, any other is to be looked at. */
export function markOfItem({ answer, isFatal }: Pick<ScoreItem, 'answer' | 'isFatal'>): MarkName {
  if (answer === 'yes') return 'passed';
  if (answer === 'no') return isFatal ? 'failed' : 'look';
  return answer === null ? 'waiting' : 'never';
}

/** Beside the name of the section. @returns undefined when there is nothing to say */
export function scoreAside({ items, points, scoredBy }: CallScore): string | undefined {
  const open = items.filter(({ answer }) => answer === null).length;
  if (points === 0 && hasFatalNo(items)) return '0 of 100';
  if (open > 0) return `${open} to answer`;
  return points === null || scoredBy === null ? undefined : `${points} of 100`;
}

export function hasFatalNo(items: CallScore['items']): boolean {
  return items.some(({ isFatal, answer }) => isFatal && answer === 'no');
}

/** Why the points are what they are, where the answers alone do not say it; null otherwise. */
export function scoreHint({ items, points, scoredBy }: CallScore): string | null {
  if (hasFatalNo(items)) return 'A no to a question that decides fails the call: 0 points.';
  if (items.every(({ answer }) => answer === 'not-applicable')) return 'No question applies, so there are no points.';
  if (points !== null && scoredBy === null) return 'All of it is what the record says. Answer one question, and the call is scored.';
  return null;
}
