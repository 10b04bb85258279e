/**
 * What the caller's words mean for the call: never call again; end it now; a friendly no; call at another time.
 */
export type OptOutTier = 'opt-out' | 'end-call' | 'soft-refusal' | 'callback';

/** Something that people say, and when it does not mean what it seems to. All expressions see plain text, see {@link plainText}. */
export interface Phrase {
  readonly tier: OptOutTier;
  readonly pattern: RegExp;
  /** The match does not count when this is found in what stands right behind it. */
  readonly unlessBefore: RegExp | null;
  /** The match does not count when this is found at the end of what stands before it in the same sentence. */
  readonly unlessAfter: RegExp | null;
}

/** What people say in one language, in the order in which the tables are looked through: the first find decides. */
export interface PhraseBook {
  readonly optOut: readonly Phrase[];
  /** Asks to be called at another time. */
  readonly callback: readonly Phrase[];
  readonly refusal: readonly Phrase[];
  /** Says why it is a bad time, and leaves the rest to us. */
  readonly circumstance: readonly Phrase[];
  readonly ending: readonly Phrase[];
  /** Once ends the call; twice, or with a curse, means never again. */
  readonly leaveAlone: readonly Phrase[];
}

const fillers =
  /(?<= )(?:uh+|u+h*m+|er+m?|ah+|hm+|please|just|kindly|actually|really|literally|simply|you know|i mean|fucking|fuckin|freaking|frigging|friggin|goddamn|goddamned|damn|bloody|por favor|pues|eh+|euh|ben|s'il vous plait|svp|ji|yaar|जी) /g;

/**
 * Text as the phrase tables see it: lower case, without accents, fillers and punctuation, one space between words and at both ends.
 * The end of a sentence is the word `|`, a comma is the word `,`.
 */
export function plainText(text: string): string {
  const words = text
    .toLowerCase()
    .normalize('NFD')
    // Accents of Latin letters, and the dot that tells loan sounds apart in Devanagari: recognisers write both or neither.
    .replace(/[\u0300-\u036f\u093c]/g, '')
    .replace(/[‘’‛`´ʼ]/g, "'")
    .replace(/\.{2,}|…/g, ' ')
    .replace(/[.!?;:।—]+/g, ' | ')
    .replace(/,+/g, ' , ')
    .replace(/[^\p{L}\p{M}\p{N}'|,]+/gu, ' ')
    .replace(/(?<![\p{L}\p{N}])'|'(?![\p{L}\p{N}])/gu, ' ')
    .trim();
  // Words of filler may stand side by side, and each match takes the space that the next one needs: hence the look-behind.
  return ` ${words} `.replace(/ {2,}/g, ' ').replace(fillers, '');
}

/**
 * An expression over plain text from a shorthand: a space also spans a comma or the end of a sentence (recognisers put both anywhere),
 * `_` is any word, and a phrase begins and ends where words do.
 */
export function phrasePattern(source: string): RegExp {
  return new RegExp(`(?<= )(?:${source.replaceAll(' ', '(?: [,|])* ').replaceAll('_', '[^ ,|]+')})(?= )`, 'gu');
}

/** Make phrases from expressions in the shorthand of {@link phrasePattern}. */
export function phrases(
  tier: OptOutTier,
  sources: readonly string[],
  unless: { readonly before?: RegExp; readonly after?: RegExp } = {},
): readonly Phrase[] {
  return sources.map((source) => ({
    tier,
    pattern: phrasePattern(source),
    unlessBefore: unless.before ?? null,
    unlessAfter: unless.after ?? null,
  }));
}
