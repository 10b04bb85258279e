import type { Find } from './find.ts';

/**
 * Words are marked by ranges that the browser draws over the text, so that neither a find nor the word in the ear changes the page. Where
 * a browser cannot do that, nothing is marked and everything else works.
 */
const names = { word: 'ringside-word', found: 'ringside-found', here: 'ringside-here' } as const;

/** Underline one word. @param text the element whose only child is the text; null for none */
export function paintWord(text: Element | null, place: { readonly start: number; readonly end: number } | null): void {
  if (!('highlights' in CSS)) return;
  const range = text && place ? rangeIn(text, place.start, place.end) : null;
  if (range) CSS.highlights.set(names.word, new Highlight(range));
  else CSS.highlights.delete(names.word);
}

/**
 * Mark all finds, and the one that somebody is at.
 *
 * @returns the line of that one; null when there is none
 */
export function paintFinds(scroller: HTMLElement, all: readonly Find[], current: number): HTMLElement | null {
  const ranges = all.map(({ rowId, start, length }) => {
    const line = scroller.querySelector<HTMLElement>(`[data-row="${CSS.escape(rowId)}"]`);
    const text = line?.querySelector('[data-text]');
    return { line, range: text ? rangeIn(text, start, start + length) : null };
  });
  if ('highlights' in CSS) {
    const here = ranges[current]?.range ?? null;
    CSS.highlights.set(names.found, new Highlight(...ranges.flatMap(({ range }) => (range && range !== here ? [range] : []))));
    CSS.highlights.set(names.here, new Highlight(...(here ? [here] : [])));
  }
  return ranges[current]?.line ?? null;
}

export function clearFinds(): void {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete(names.found);
  CSS.highlights.delete(names.here);
}

function rangeIn(element: Element, start: number, end: number): Range | null {
  const text = element.firstChild;
  if (!(text instanceof Text)) return null;
  const range = document.createRange();
  range.setStart(text, Math.min(start, text.length));
  range.setEnd(text, Math.min(end, text.length));
  return range;
}
