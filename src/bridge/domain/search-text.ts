/**
 * How lists are searched by part of a name or number: both what is searched and what is asked for are brought into the same plain form,
 * so that "jose" finds "José", and "(555) 010" finds "+15550100001".
 */

/** Without accents and capitals; everything that is neither letter nor digit is one space. */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** What is kept beside a person to be searched: their names, and the digits of their number. */
export function searchText(names: readonly (string | null | undefined)[], phone: string): string {
  return [...names.map((name) => plainText(name ?? '')), phone.replace(/\D/g, '')].filter((part) => part !== '').join(' ');
}

/** More words than anybody types; keeps a pasted page from becoming a long query. */
const maxWords = 8;

/** Parts that all have to occur in a {@link searchText}. Empty when there is nothing to look for. */
export function searchParts(asked: string): readonly string[] {
  // A number is written in many ways; its digits are what counts.
  if (/^[\d\s()+./-]+$/.test(asked) && /\d/.test(asked)) return [asked.replace(/\D/g, '')];
  return [...new Set(plainText(asked).split(' '))].filter((word) => word !== '').slice(0, maxWords);
}
