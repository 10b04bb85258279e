import type { Segment } from '#bridge/contract/calls.ts';

/** What the ear received of a segment, and what was cut off. */
export function splitHeard({ text, heardText, interrupted }: Pick<Segment, 'text' | 'heardText' | 'interrupted'>): {
  readonly heard: string;
  readonly unheard: string;
} {
  if (!interrupted || heardText === undefined) return { heard: text, unheard: '' };
  return text.startsWith(heardText) ? { heard: heardText, unheard: text.slice(heardText.length) } : { heard: heardText, unheard: '' };
}
