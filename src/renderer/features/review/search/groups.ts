import type { SearchHit } from '#bridge/contract/operations.ts';

/** What was found in one call. */
export interface HitGroup {
  readonly key: string;
  readonly callId: string;
  readonly hits: readonly SearchHit[];
}

/**
 * Finds by call, calls in the order of their first find. Each page is grouped by itself, so that what is on screen never grows when more
 * is read below it.
 */
export function grouped(pages: readonly (readonly SearchHit[])[]): readonly HitGroup[] {
  return pages.flatMap((hits, page) => {
    const byCall = Map.groupBy(hits, ({ callId }) => callId);
    return [...byCall].map(([callId, found]) => ({
      key: `${page} ${callId}`,
      callId,
      hits: found.toSorted((a, b) => a.startMs - b.startMs),
    }));
  });
}

export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A snippet parted at the brackets that stand around each match. Brackets that close nothing belong to the words. */
export function snippetParts(snippet: string): readonly SnippetPart[] {
  const parts: SnippetPart[] = [];
  let rest = 0;
  for (const match of snippet.matchAll(/\[([^[\]]+)\]/g)) {
    if (match.index > rest) parts.push({ text: snippet.slice(rest, match.index), isMatch: false });
    parts.push({ text: match[1] ?? '', isMatch: true });
    rest = match.index + match[0].length;
  }
  if (rest < snippet.length) parts.push({ text: snippet.slice(rest), isMatch: false });
  return parts;
}
