const small = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
] as const;
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;
const scales = [
  [1_000_000_000, 'billion'],
  [1_000_000, 'million'],
  [1_000, 'thousand'],
  [100, 'hundred'],
] as const;

const irregular: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** @param value a whole number from 0 up to, and not including, a thousand billion @returns "three hundred forty two" */
export function cardinal(value: number): string {
  if (value < 20) return small[value] ?? '';
  for (const [size, name] of scales) {
    if (value < size) continue;
    const rest = value % size;
    return `${cardinal(Math.floor(value / size))} ${name}${rest > 0 ? ` ${cardinal(rest)}` : ''}`;
  }
  const rest = value % 10;
  return `${tens[Math.floor(value / 10)] ?? ''}${rest > 0 ? ` ${small[rest] ?? ''}` : ''}`;
}

/** @returns "twenty fourth" */
export function ordinal(value: number): string {
  const words = cardinal(value).split(' ');
  const last = words.pop() ?? '';
  const ending = irregular[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return [...words, ending].join(' ');
}

/** @returns "twenty twenty six", "two thousand five", "nineteen hundred" */
export function yearWords(value: number): string {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  if (value < 1_000 || (value >= 2_000 && value < 2_010)) return cardinal(value);
  if (rest === 0) return `${cardinal(century)} hundred`;
  return `${cardinal(century)} ${rest < 10 ? `oh ${cardinal(rest)}` : cardinal(rest)}`;
}

/** One digit after the other, as a telephone number is said; groups are kept apart by a comma. */
export function digitsWords(text: string): string {
  return text
    .split(/[^\d]+/)
    .filter((group) => group !== '')
    .map((group) => [...group].map((digit) => small[Number(digit)] ?? '').join(' '))
    .join(', ');
}

/** @param text digits with thousands separators and at most one point, as "1,250.5" */
export function numberWords(text: string): string {
  const [whole = '0', fraction] = text.replaceAll(',', '').split('.');
  const value = Number(whole);
  if (!Number.isSafeInteger(value) || value >= 1e12) return digitsWords(whole);
  const said = whole.length > 1 && whole.startsWith('0') ? digitsWords(whole) : cardinal(value);
  return fraction === undefined ? said : `${said} point ${digitsWords(fraction)}`;
}
