import { describe, expect, it } from 'vitest';
import { plainText, searchParts, searchText } from '#bridge/domain/search-text.ts';

const finds = (asked: string, text: string) => searchParts(asked).every((part) => text.includes(part));

describe('a search by part of a name or number', () => {
  const text = searchText(['José', "O'Neill-Smith"], '+15550100001');

  it.each(['jose', 'JOSÉ', 'neill', "O'Neill", 'smith jos', '0100', '(555) 010-0001', '+1 555 010'])('finds %s', (asked) => {
    expect(finds(asked, text)).toBe(true);
  });

  it.each(['joseph', 'smith jones', '(555) 011', 'x5550100001'])('does not find %s', (asked) => {
    expect(finds(asked, text)).toBe(false);
  });

  it('looks for nothing when there is neither letter nor digit', () => {
    expect(searchParts('  %_*? ')).toEqual([]);
    expect(searchParts('')).toEqual([]);
  });

  it('keeps a pasted page to a few words, each once', () => {
    expect(searchParts('a b a b c d e f g h i j k')).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });

  it('reads compatibility letters and other scripts as they are read aloud', () => {
    expect(plainText('ﬁne  Ä Ω 中文!')).toBe('fine a ω 中文');
    expect(searchText([null, undefined, ''], '+4930123')).toBe('4930123');
  });
});
