import type { CallDocument } from '../../carriers/carrier.ts';
import type { TurnStep } from '../../engines/turn-talk.ts';

/** How long somebody may think before they answer a question. */
const patienceMs = 7_000;

/**
 * A step of a conversation in turns as a document for the leg.
 * @param hints words that are likely to be said: the lead's name, the firm's, places
 */
export function turnDocument(
  step: Exclude<TurnStep, { kind: 'give-up' | 'climbed' }>,
  language: string,
  hints: readonly string[],
): CallDocument {
  switch (step.kind) {
    case 'ask':
      return { kind: 'gather', text: step.text, language, hints, patienceMs };
    case 'wait':
      return { kind: 'wait', text: step.text, language, forMs: step.forMs };
    case 'leave':
      return { kind: 'say-and-hang-up', text: step.text, language };
  }
}
