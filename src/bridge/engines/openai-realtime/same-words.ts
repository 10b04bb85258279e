/** Digits are spoken and written either way; both sides of a comparison are brought to digits. */
const digits: ReadonlyMap<string, string> = new Map(
  [
    ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
    ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez'],
    ['zéro', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf', 'dix'],
    ['null', 'eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun', 'zehn'],
    ['शून्य', 'एक', 'दो', 'तीन', 'चार', 'पांच', 'छह', 'सात', 'आठ', 'नौ', 'दस'],
  ].flatMap((words) => words.map((word, digit): [string, string] => [word.normalize('NFKC'), String(digit)])),
);

/** The words alone: no case, no punctuation, digits as digits, apostrophes gone. */
export function wordsOf(text: string): readonly string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`´]/gu, '');
  return (plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).map((word) => digits.get(word) ?? word);
}

/** How many words must be put in, taken out or replaced to make one text of the other. Zero when they say the same. */
export function wordsApart(one: string, other: string): number {
  const left = wordsOf(one);
  const right = wordsOf(other);
  // A word may be written as one or as two ("voice mail"): the same letters are the same words.
  if (left.join('') === right.join('')) return 0;
  let row = right.map((_, index) => index + 1);
  row.unshift(0);
  for (const [index, word] of left.entries()) {
    const next = [index + 1];
    for (const [column, candidate] of right.entries()) {
      const replaced = (row[column] ?? 0) + (word === candidate ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
