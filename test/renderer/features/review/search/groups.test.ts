import { describe, expect, it } from 'vitest';
import type { SearchHit } from '#bridge/contract/operations.ts';
import { grouped, snippetParts } from '#renderer/features/review/search/groups.ts';
import { readSearch, searchAddress } from '#renderer/features/review/search/search-address.ts';

const hit = (callId: string, startMs: number) => ({ callId, startMs, segmentId: `${callId} ${startMs}` }) as unknown as SearchHit;

describe('the finds of a search', () => {
  it('stand by call, each call where its first find was, and inside it by time', () => {
    const groups = grouped([[hit('a', 9), hit('b', 1), hit('a', 3)]]);
    expect(groups.map(({ callId, hits }) => [callId, ...hits.map(({ startMs }) => startMs)])).toEqual([
      ['a', 3, 9],
      ['b', 1],
    ]);
  });

  it('do not grow above what is read later', () => {
    const first = [hit('a', 9), hit('b', 1)];
    const groups = grouped([first, [hit('a', 20)]]);
    expect(groups.slice(0, 2)).toEqual(grouped([first]));
    expect(new Set(groups.map(({ key }) => key)).size).toBe(3);
  });
});

describe('a snippet', () => {
  it('is parted at its matches', () => {
    expect(snippetParts('…to [stop] these, say [stop] now')).toEqual([
      { text: '…to ', isMatch: false },
      { text: 'stop', isMatch: true },
      { text: ' these, say ', isMatch: false },
      { text: 'stop', isMatch: true },
      { text: ' now', isMatch: false },
    ]);
  });

  it('keeps brackets that belong to the words', () => {
    expect(snippetParts('a [ b')).toEqual([{ text: 'a [ b', isMatch: false }]);
    expect(snippetParts('[all]')).toEqual([{ text: 'all', isMatch: true }]);
  });
});

describe('the address of a search', () => {
  it('holds what was asked, and nothing that a search cannot be narrowed by', () => {
    const asked = readSearch('q=leak+%26+tap&order=best&world=real&person=with&from=search');
    expect(asked).toEqual({ query: 'leak & tap', order: 'best', filter: { world: 'real' } });
    expect(readSearch(searchAddress(asked))).toEqual(asked);
    expect(searchAddress({ query: '', order: 'newest', filter: {} })).toBe('');
  });
});
