import type { PersonWords } from './person-words.ts';

export interface LeadWordsParts {
  /** 20 ms of the lead, on the audio path. @returns a function that stops it */
  hearLead(listener: (bytes: Uint8Array) => void): () => void;
  /** An AI hears the lead, and tells their words. */
  hasEar(): boolean;
  /** Somebody who writes down what the lead says; null when there is nobody. */
  open(): PersonWords | null;
  opened(words: PersonWords): void;
}

/**
 * While a person has a call that has lost its AI, nobody else knows what the lead says: from the first frame that no AI hears it is
 * written down here.
 * @returns a function that stops it
 */
export function writeDownLead({ hearLead, hasEar, open, opened }: LeadWordsParts): () => void {
  let words: PersonWords | null | undefined;
  return hearLead((frame) => {
    if (hasEar()) return;
    if (words === undefined) {
      words = open();
      if (words) opened(words);
    }
    words?.hear(frame);
  });
}
