import type { Row } from './transcript-rows.ts';

/** A find in the transcript: in the words that were heard. */
export interface Find {
  readonly rowId: string;
  readonly atMs: number;
  readonly start: number;
  readonly length: number;
}

/** All places of some words, whatever their case. */
export function finds(rows: readonly Row[], wanted: string): readonly Find[] {
  const needle = wanted.trim().toLowerCase();
  if (needle === '') return [];
  return rows.flatMap((row) => {
    const text = findable(row).toLowerCase();
    const found: Find[] = [];
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
      found.push({ rowId: row.id, atMs: row.atMs, start: at, length: needle.length });
    }
    return found;
  });
}

/** The text of a row in which is searched; it is drawn as one piece. */
export function findable(row: Row): string {
  switch (row.kind) {
    case 'spoken':
      return row.heard;
    case 'line':
      return row.text;
    case 'tool':
      return row.title;
  }
}
