import { phrasePattern } from './opt-out-text.ts';

/** Something that people say, as an expression over plain text. */
export interface Saying {
  readonly pattern: RegExp;
  /** It does not count when this stands before it in the same sentence. */
  readonly unlessAfter: RegExp | null;
}

/** Nobody says more than this in one breath; keeps the work small whatever a recogniser sends. */
export const longestSegment = 600;

/** Make sayings from expressions in the shorthand of `phrasePattern`. */
export const sayings = (sources: readonly string[], unlessAfter: RegExp | null = null): readonly Saying[] =>
  sources.map((source) => ({ pattern: phrasePattern(source), unlessAfter }));

/** Whether one of them stands in the text. @param plain see `plainText` */
export function isSaid(table: readonly Saying[], plain: string): boolean {
  return table.some(({ pattern, unlessAfter }) => {
    // Nearly always the answer is no, and `matchAll` makes a copy of the expression before it looks.
    if (plain.search(pattern) === -1) return false;
    for (const match of plain.matchAll(pattern)) {
      const ahead = plain.slice(0, match.index);
      const sentence = ahead.slice(ahead.lastIndexOf('|') + 1);
      if (!unlessAfter?.test(sentence)) return true;
    }
    return false;
  });
}
