import { z } from 'zod';
import { criterionId } from './ids.ts';
import { instant } from './values.ts';

/** What is known of a call and answers a question of the scorecard by itself; a person may answer otherwise. */
export const scoreMeasure = z.enum(['disclosure-heard', 'prompt-replies']);

/** One question of the scorecard. */
export const criterion = z.object({
  id: criterionId,
  question: z.string().trim().min(1).max(160),
  /** What a yes is worth beside the others. */
  weight: z.int().min(1).max(100),
  /** A no brings the whole call to 0 points. */
  isFatal: z.boolean(),
  /** Null when only a person can tell. */
  measure: scoreMeasure.nullable(),
});

export const scorecard = z
  .array(criterion)
  .max(30)
  .refine((criteria) => new Set(criteria.map(({ id }) => id)).size === criteria.length, {
    message: 'each question needs an id of its own',
  });

/** `not-applicable` takes the question out: its weight does not count. */
export const scoreAnswer = z.enum(['yes', 'no', 'not-applicable']);

export const scoreItem = criterion.extend({
  /** Null while nobody has answered, and nothing that is known of the call does. */
  answer: scoreAnswer.nullable(),
  /** Who says so. */
  by: z.enum(['person', 'record']).nullable(),
});

/** The scorecard of one call: the questions as they were when a person answered them, or as they are now. */
export const callScore = z.object({
  items: z.array(scoreItem),
  /** 0 to 100: the weight of every yes in that of all that apply; null while an answer is missing, or when nothing applies. */
  points: z.int().min(0).max(100).nullable(),
  /** Who answered last; null while it is only what the record says. */
  scoredBy: z.string().nullable(),
  scoredAt: instant.nullable(),
});

export type ScoreMeasure = z.infer<typeof scoreMeasure>;
export type Criterion = z.infer<typeof criterion>;
export type ScoreAnswer = z.infer<typeof scoreAnswer>;
export type ScoreItem = z.infer<typeof scoreItem>;
export type CallScore = z.infer<typeof callScore>;
