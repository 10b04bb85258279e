import { type AttentionEffect, type AttentionRule, type AttentionTuning, attentionRule } from '#bridge/contract/attention.ts';

/** How many times each rule was not needed in the campaign of a call; absent is never. */
export type Dismissals = Readonly<Partial<Record<AttentionRule, number>>>;

const lookFrom = 3;
const silentFrom = 6;

/** The lead's own word, and an AI that waits for an answer: nobody can have too much of them. */
const fixed: ReadonlySet<AttentionRule> = new Set(['opt-out', 'transfer']);

/** Whether "not needed" changes this rule for the campaign. */
export function isTunable(rule: AttentionRule): boolean {
  return !fixed.has(rule);
}

/** What so many dismissals have made of a rule; null when there was none. */
export function effectOf(dismissed: number): AttentionEffect | null {
  if (dismissed <= 0) return null;
  if (dismissed >= silentFrom) return 'silent';
  return dismissed >= lookFrom ? 'look' : 'later';
}

/** As people are told, the gravest rule first. Rules of another build are left out. */
export function tuningOf(dismissals: Dismissals): readonly AttentionTuning[] {
  return attentionRule.options.flatMap((rule) => {
    const dismissed = dismissals[rule] ?? 0;
    const effect = effectOf(dismissed);
    return effect === null ? [] : [{ rule, dismissed, effect }];
  });
}
