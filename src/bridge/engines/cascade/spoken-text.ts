import { cardinal, digitsWords, numberWords, ordinal, yearWords } from './english-numbers.ts';

/**
 * One word as it is written and as it is said: "$12.50" is "twelve dollars and fifty cents". Timings of a voice count the said words; the
 * transcript shows the written ones.
 */
export interface SpokenWord {
  readonly written: string;
  readonly said: string;
}

/** What a model writes for the eye and nobody can hear: markdown, emoji, links. */
export function plainText(text: string): string {
  return text
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s{0,3}(#{1,6}|>|[-*+•])\s+/gm, '')
    .replace(/^\s{0,3}\d{1,2}[.)]\s+(?=\S)/gm, '')
    .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, '$2')
    .replace(/(^|[^\w*])\*(?=\S)([^*\n]*\S)\*(?!\w)/g, '$1$2')
    .replace(/(^|\W)_(?=\S)([^_\n]*\S)_(?!\w)/g, '$1$2')
    .replace(/[`*|~]+/g, '')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{FE0F}|\u{200D}|\u{20E3}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * A sentence as a voice should say it, word by word. In English, numbers, money, dates, times, telephone numbers, addresses and
 * abbreviations are written out; other languages keep theirs, since every voice reads its own numbers better than we do.
 *
 * @param text without markdown, see {@link plainText}
 * @param language BCP 47; null counts as English
 */
export function spokenWords(text: string, language: string | null): readonly SpokenWord[] {
  const english = language === null || /^en\b/i.test(language);
  const americanDates = language === null || /^en(-us)?$/i.test(language);
  const words: SpokenWord[] = [];
  let at = 0;
  for (const match of text.matchAll(english ? pieces : plainPieces)) {
    if (match.index < at) continue;
    const written = match[0];
    at = match.index + written.length;
    const said = english ? sayEnglish(written, americanDates) : written;
    words.push({ written, said });
  }
  return words;
}

/** @returns what is sent to the voice */
export function saidText(words: readonly SpokenWord[]): string {
  return words
    .map(({ said }) => said)
    .filter((said) => said !== '')
    .join(' ');
}

/** Telephone numbers and dates hold blanks and are one piece all the same; the rest is cut at blanks. */
const phone = /[("']*\+?\(?\d{1,4}\)?(?:[ .-]\(?\d{2,4}\)?){2,4}(?=[\s.,;:!?)"']|$)[.,;:!?)"']*/.source;
const dayOfMonth = /(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}(?!\d|:)[.,;!?)"']*/
  .source;
const clock = /\d{1,2}:\d{2} ?(?:[ap]\.?m\.?\b)?[.,;:!?)"']*/.source;
const hour = /\d{1,2} ?(?:am|pm|a\.m\.|p\.m\.)(?!\w)[,;:!?)"']*/.source;
const pieces = new RegExp(`${dayOfMonth}|${phone}|${clock}|${hour}|\\S+`, 'gi');
const plainPieces = /\S+/g;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const abbreviations: Readonly<Record<string, string>> = {
  'e.g.': 'for example',
  'i.e.': 'that is',
  'etc.': 'et cetera',
  'vs.': 'versus',
  'approx.': 'approximately',
  'appt.': 'appointment',
  'dr.': 'Doctor',
  'mr.': 'Mister',
  'mrs.': 'Missus',
  'ms.': 'Miz',
  '&': 'and',
  '+': 'plus',
  '=': 'equals',
  '@': 'at',
  '#': 'number',
  '—': ',',
  '–': ',',
  '-': ',',
};

const currencies: Readonly<Record<string, readonly [one: string, many: string, cent: string, cents: string]>> = {
  $: ['dollar', 'dollars', 'cent', 'cents'],
  '€': ['euro', 'euros', 'cent', 'cents'],
  '£': ['pound', 'pounds', 'penny', 'pence'],
};

function sayEnglish(piece: string, americanDates: boolean): string {
  const lower = piece.toLowerCase();
  const known = Object.hasOwn(abbreviations, lower) ? abbreviations[lower] : undefined;
  if (known !== undefined) return known;
  const [, before = '', core = '', after = ''] = /^([("'“‘[]*)([\s\S]*?)([)\]"'”’.,;:!?…]*)$/.exec(piece) ?? [];
  // The bracket of an area code is no bracket around the number.
  const opening = /^\(\d+\)/.test(piece) ? '' : before;
  return `${opening}${sayCore(core, americanDates) ?? core}${after}`;
}

/** @returns null when the piece is said as it is written */
function sayCore(core: string, americanDates: boolean): string | null {
  if (!/\d/.test(core)) return sayAddress(core);
  return sayMoney(core) ?? sayDate(core, americanDates) ?? sayTime(core) ?? sayAddress(core) ?? sayNumber(core);
}

function sayMoney(core: string): string | null {
  const match = /^([$€£])([\d,]+)(?:\.(\d{1,2}))?(k|m)?$/i.exec(core);
  const names = currencies[match?.[1] ?? ''];
  if (!match || !names) return null;
  const whole = Number((match[2] ?? '').replaceAll(',', '')) * (match[4] ? (/k/i.test(match[4]) ? 1_000 : 1_000_000) : 1);
  if (!Number.isSafeInteger(whole) || whole >= 1e12) return null;
  const cents = Number((match[3] ?? '').padEnd(2, '0'));
  const money = `${cardinal(whole)} ${whole === 1 ? names[0] : names[1]}`;
  if (cents === 0) return money;
  const change = `${cardinal(cents)} ${cents === 1 ? names[2] : names[3]}`;
  return whole === 0 ? change : `${money} and ${change}`;
}

function sayDate(core: string, americanDates: boolean): string | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(core);
  if (iso) return dateWords(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(core);
  if (slashed) {
    const [first, second] = [Number(slashed[1]), Number(slashed[2])];
    return americanDates ? dateWords(Number(slashed[3]), first, second) : dateWords(Number(slashed[3]), second, first);
  }
  const named = /^([A-Z][a-z]+) (\d{1,2})$/.exec(core);
  return named ? `${named[1] ?? ''} ${ordinal(Number(named[2]))}` : null;
}

function dateWords(year: number, month: number, day: number): string | null {
  const name = months[month - 1];
  return name && day >= 1 && day <= 31 ? `${name} ${ordinal(day)}, ${yearWords(year)}` : null;
}

function sayTime(core: string): string | null {
  const match = /^(\d{1,2})(?::(\d{2}))? ?([ap])?\.?(?:m)?\.?$/i.exec(core);
  const half = match?.[3] === undefined ? '' : ` ${match[3].toLowerCase()}m`;
  if (!match || (match[2] === undefined && half === '')) return null;
  const [hourOfDay, minute] = [Number(match[1]), Number(match[2] ?? 0)];
  if (hourOfDay > 24 || minute > 59) return null;
  if (minute === 0) return `${cardinal(hourOfDay)}${half === '' ? " o'clock" : half}`;
  return `${cardinal(hourOfDay)} ${minute < 10 ? `oh ${cardinal(minute)}` : cardinal(minute)}${half}`;
}

/** E-mail and web addresses. */
function sayAddress(core: string): string | null {
  const isMail = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(core);
  const isWeb = /^(https?:\/\/|www\.)\S+$/i.test(core) || /^[\w-]+(\.[\w-]+)*\.(com|org|net|io|co|uk|de|es|eu)(\/\S*)?$/i.test(core);
  if (!isMail && !isWeb) return null;
  return core
    .replace(/^https?:\/\//i, '')
    .replace(/^www\./i, '')
    .replace(/\/$/, '')
    .replaceAll('@', ' at ')
    .replaceAll('.', ' dot ')
    .replaceAll('/', ' slash ')
    .replaceAll('-', ' dash ')
    .replaceAll('_', ' underscore ')
    .replace(/\d+/g, (digits) => digitsWords(digits));
}

function sayNumber(core: string): string | null {
  const digits = core.replace(/\D/g, '');
  if (/^\+?[\d ().-]+$/.test(core) && digits.length >= 7 && /[ ().+-]/.test(core)) return digitsWords(core);
  if (/^\d{8,}$/.test(core)) return digitsWords(core);
  const ordinalMatch = /^(\d{1,4})(st|nd|rd|th)$/i.exec(core);
  if (ordinalMatch) return ordinal(Number(ordinalMatch[1]));
  const percent = /^(-)?([\d,]+(?:\.\d+)?)%$/.exec(core);
  if (percent) return `${percent[1] ? 'minus ' : ''}${numberWords(percent[2] ?? '0')} percent`;
  const range = /^(\d{1,4})[-–](\d{1,4})$/.exec(core);
  if (range) return `${numberWords(range[1] ?? '')} to ${numberWords(range[2] ?? '')}`;
  if (/^(19|20)\d{2}$/.test(core)) return yearWords(Number(core));
  const number = /^(-)?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)$/.exec(core);
  return number ? `${number[1] ? 'minus ' : ''}${numberWords(number[2] ?? '')}` : null;
}
