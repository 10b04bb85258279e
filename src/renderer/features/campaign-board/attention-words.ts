import type { AttentionRule, AttentionTuning } from '#bridge/contract/attention.ts';

/** What a rule looks for, as a heading. */
export const ruleWords: Readonly<Record<AttentionRule, string>> = {
  'opt-out': 'Asked not to be called again',
  transfer: 'The AI waits for your word',
  human: 'Asked for a human',
  returned: 'The AI took the call back',
  'ai-lost': 'The AI connection is lost',
  silence: 'Long silence',
  hop: 'A step of the call is missing',
  rung: 'Fell to a plainer voice',
  law: 'Talks of a lawyer or the police',
  voicemail: 'May be a voicemail',
  'maybe-opt-out': 'May want no more calls',
  complaint: 'Talks of a complaint or a refund',
  'asked-twice': 'Asked the same thing twice',
  'ai-repeats': 'The AI repeats itself',
  tool: 'A tool failed twice',
  upset: 'Sounds upset',
  slow: 'Slow replies',
  spike: 'One very slow reply',
  contract: 'Talks of a contract',
  price: 'Talks of the price',
  budget: 'The budget is nearly spent',
};

/** What the dismissals of a rule have made of it in this campaign. */
export function effectWords({ dismissed, effect }: Pick<AttentionTuning, 'dismissed' | 'effect'>): string {
  const often = dismissed === 1 ? 'Not needed once' : `Not needed ${dismissed} times`;
  if (effect === 'silent') return `${often}: it is silent here`;
  return effect === 'look' ? `${often}: it asks for a look at most` : `${often}: it asks later`;
}
