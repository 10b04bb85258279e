import type { SpokenWord } from './spoken-text.ts';

/** When a said word ends in an utterance's sound, as the voice tells it. */
export interface WordTiming {
  readonly word: string;
  readonly endMs: number;
}

/** What a voice says in a second, about; only for words whose sound has not come yet. */
const charactersPerMs = 0.015;

/** Words that a voice was given, and how much of its sound there is. */
export interface SpokenSoFar {
  readonly words: readonly SpokenWord[];
  /** In the order in which they are said; empty when the voice tells none. */
  readonly timings: readonly WordTiming[];
  readonly receivedMs: number;
  /** All sound of the words is there. */
  readonly complete: boolean;
}

/**
 * How many of the words were heard when this much of the sound was: exactly where the voice tells when it says what, by proportion of the
 * letters where it does not. A word counts when all of it was heard.
 */
export function wordsHeardBy(spoken: SpokenSoFar, heardMs: number): number {
  const { words, timings, receivedMs, complete } = spoken;
  if (complete && heardMs >= receivedMs) return words.length;
  if (heardMs <= 0) return 0;
  if (timings.length > 0) {
    // The voice cuts words as it likes ("ten-thirty" may be one or two): letters are counted, not words.
    const heardLetters = timings.filter(({ endMs }) => endMs <= heardMs).reduce((sum, { word }) => sum + lettersOf(word), 0);
    return wordsWithin(words, heardLetters);
  }
  const total = words.reduce((sum, { said }) => sum + lettersOf(said), 0);
  const byLength = receivedMs > 0 ? total * (heardMs / receivedMs) : 0;
  return wordsWithin(words, complete ? byLength : Math.min(byLength, heardMs * charactersPerMs));
}

/** @returns the words as written, from the first to this one */
export function writtenText(words: readonly SpokenWord[], count: number): string {
  return words
    .slice(0, count)
    .map(({ written }) => written)
    .join(' ');
}

function wordsWithin(words: readonly SpokenWord[], letters: number): number {
  let left = letters + 0.5;
  let count = 0;
  for (const { said } of words) {
    left -= lettersOf(said);
    if (left < 0) break;
    count += 1;
  }
  return count;
}

/** Letters and digits only: voices tell their words with and without punctuation. */
function lettersOf(text: string): number {
  return text.match(/[\p{L}\p{M}\p{N}]/gu)?.length ?? 0;
}
