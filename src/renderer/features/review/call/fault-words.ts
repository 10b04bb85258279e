import type { Party } from '#bridge/contract/words.ts';

/** Whose doing something was, as the page says it. */
const faults: Readonly<Record<Party, string>> = {
  lead: 'The person called',
  ai: 'The AI',
  operator: 'A person here',
  carrier: 'The carrier',
  'ai-provider': 'The AI service',
  network: 'The network',
  bridge: 'Ringside',
  settings: 'A setting',
  unknown: 'Not known',
};

export const faultWords = (party: Party): string => faults[party];
