/**
 * Texts with `{{firstName}}` or `{{firstName | there}}` in them, as the bridge reads them at the dial: the same names find each other
 * (`first_name` is `firstName`), a blank value is as good as none, and a value is never read for further variables.
 */

const variablePattern = /\{\{\s*([\p{L}_][\p{L}\p{N}_ .-]{0,79}?)\s*(?:\|\s*([^{}]{0,200}?)\s*)?\}\}/gu;
const brokenPattern = /\{\{[^{}\n]{0,40}(?:\}\}?)?/gu;

/** A stretch of a template; `start` and `end` are offsets in it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  /** `fallback` is null when there is none. */
  | {
      readonly kind: 'variable';
      readonly text: string;
      readonly start: number;
      readonly end: number;
      readonly name: string;
      readonly fallback: string | null;
    }
  /** Braces that open a variable and do not make one: they would be spoken. */
  | { readonly kind: 'broken'; readonly text: string; readonly start: number; readonly end: number };

/** The template in its order, nothing left out. */
export function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of template.matchAll(variablePattern)) {
    pieces.push(...plain(template, at, match.index));
    const end = match.index + match[0].length;
    pieces.push({ kind: 'variable', text: match[0], start: match.index, end, name: match[1] ?? '', fallback: match[2] ?? null });
    at = end;
  }
  return [...pieces, ...plain(template, at, template.length)];
}

function plain(template: string, from: number, to: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = from;
  for (const match of template.slice(from, to).matchAll(brokenPattern)) {
    const start = from + match.index;
    if (start > at) pieces.push({ kind: 'text', text: template.slice(at, start), start: at, end: start });
    at = start + match[0].length;
    pieces.push({ kind: 'broken', text: match[0], start, end: at });
  }
  if (to > at) pieces.push({ kind: 'text', text: template.slice(at, to), start: at, end: to });
  return pieces;
}

/** A stretch of what a lead hears: our words, the lead's value, what is used without one, or nothing at all. */
export interface FilledPiece {
  readonly kind: 'text' | 'value' | 'fallback' | 'missing' | 'broken';
  readonly text: string;
  /** The variable that it stands for. */
  readonly name: string | null;
}

export function fill(template: string, values: Readonly<Record<string, string>>): readonly FilledPiece[] {
  const look = lookUp(values);
  return piecesOf(template).map((piece): FilledPiece => {
    if (piece.kind !== 'variable') return { kind: piece.kind, text: piece.text, name: null };
    const value = look(piece.name);
    if (value !== null) return { kind: 'value', text: value, name: piece.name };
    if (piece.fallback !== null) return { kind: 'fallback', text: oneLine(piece.fallback), name: piece.name };
    return { kind: 'missing', text: '', name: piece.name };
  });
}

export const spokenText = (pieces: readonly FilledPiece[]): string => pieces.map(({ text }) => text).join('');

/** Names that any of the templates asks for, has no fallback for, and these values cannot give; each once. */
export function missingNames(templates: readonly string[], values: Readonly<Record<string, string>>): readonly string[] {
  const missing = templates.flatMap((template) => fill(template, values)).filter(({ kind }) => kind === 'missing');
  return [...new Set(missing.map(({ name }) => name ?? ''))];
}

/** Letters and digits alone, in lower case: how names are compared. */
export const normaliseName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** @returns finds a value by a name; null when there is none, or a blank one */
export function lookUp(values: Readonly<Record<string, string>>): (name: string) => string | null {
  const known = new Map<string, string>();
  for (const [name, value] of Object.entries(values)) {
    const text = oneLine(value);
    if (text !== '' && !known.has(normaliseName(name))) known.set(normaliseName(name), text);
  }
  return (name) => {
    const exact = Object.hasOwn(values, name) ? oneLine(values[name] ?? '') : '';
    return exact === '' ? (known.get(normaliseName(name)) ?? null) : exact;
  };
}

/** Control characters and line breaks never reach the line; neither does more than 500 characters of one value. */
const oneLine = (text: string): string =>
  [
    ...text
      .replace(/[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]+/gu, ' ')
      .replace(/\s+/gu, ' ')
      .trim(),
  ]
    .slice(0, 500)
    .join('')
    .trimEnd();

/** The variable that is being typed at the caret. @returns where its braces begin, and what of the name is there; null outside of one */
export function variableAt(text: string, caret: number): { readonly start: number; readonly query: string } | null {
  const open = /\{\{\s*([\p{L}\p{N}_ .-]{0,40})$/u.exec(text.slice(0, caret));
  return open ? { start: open.index, query: open[1] ?? '' } : null;
}

/** Put a variable in the place of what was typed of it. @returns the text, and where the caret goes */
export function complete(text: string, start: number, caret: number, name: string): { readonly text: string; readonly caret: number } {
  const rest = /^[\p{L}\p{N}_.-]*\s*\}{0,2}/u.exec(text.slice(caret))?.[0] ?? '';
  // Only what closes this variable goes: the words behind it stay.
  const swallowed = rest.endsWith('}') ? rest.length : 0;
  const inserted = `{{${name}}}`;
  return { text: `${text.slice(0, start)}${inserted}${text.slice(caret + swallowed)}`, caret: start + inserted.length };
}
