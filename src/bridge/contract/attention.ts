import { z } from 'zod';

/** What may ask for a person on a call, by name, the gravest first. */
export const attentionRule = z.enum([
  'opt-out',
  'transfer',
  'human',
  'returned',
  'ai-lost',
  'silence',
  'hop',
  'rung',
  'law',
  'voicemail',
  'maybe-opt-out',
  'complaint',
  'asked-twice',
  'ai-repeats',
  'tool',
  'upset',
  'slow',
  'spike',
  'contract',
  'price',
  'budget',
]);
export type AttentionRule = z.infer<typeof attentionRule>;

/** What "not needed" has made of a rule in one campaign: `later` it needs more of the same, `look` it asks no more for a person at once. */
export const attentionEffect = z.enum(['later', 'look', 'silent']);
export type AttentionEffect = z.infer<typeof attentionEffect>;

/** A rule that somebody did not need in a campaign, and how many times. */
export const attentionTuning = z.object({ rule: attentionRule, dismissed: z.int().positive(), effect: attentionEffect });
export type AttentionTuning = z.infer<typeof attentionTuning>;
