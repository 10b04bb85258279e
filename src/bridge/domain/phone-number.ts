import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  type PhoneNumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { Phone } from '#bridge/contract/values.ts';

export type PhoneReading =
  | {
      readonly ok: true;
      readonly phone: Phone;
      /** ISO 3166 alpha-2. `+1` is not always "US". */
      readonly country: string;
      readonly type: PhoneNumberType;
      /** Further good numbers that stood in the same cell. */
      readonly others: readonly Phone[];
    }
  | { readonly ok: false; readonly reason: string };

/** Direction marks, zero-width characters, byte order mark: pasted along from web pages and contact apps. */
const UNSEEN = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;
/** `2.13373E+09`: the spreadsheet has thrown the last digits away. */
const DAMAGED = /^[+-]?\d+(?:[.,]\d+)?e\+?\d+$/i;
const MAX_CELL_CHARS = 200;

const refusedTypes: Readonly<Partial<Record<PhoneNumberType, string>>> = {
  PREMIUM_RATE: 'a premium-rate number',
  SHARED_COST: 'a shared-cost number',
  UAN: 'a company access number',
  PAGER: 'a pager',
  VOICEMAIL: 'a voicemail service',
  TOLL_FREE: 'a toll-free number',
};

/**
 * Read a phone number as people and spreadsheets write it.
 *
 * @param text a cell: spaces, brackets, labels, a leading apostrophe or equals sign, direction marks and a second number are coped with
 * @param defaultRegion ISO 3166 alpha-2 country of numbers that are written without one
 * @returns the E.164 number, or why it cannot be dialled, in words that do not repeat the number
 */
export function readPhoneNumber(text: string, defaultRegion: string): PhoneReading {
  const cell = clean(text);
  if (cell === '') return no('there is no number');
  if (cell.length > MAX_CELL_CHARS) return no('this is text, not a number');
  if (DAMAGED.test(cell)) return no('a spreadsheet has rounded this number, its last digits are lost: format the column as text');
  const whole = readOne(cell, defaultRegion);
  if (whole.ok) return whole;
  const parts = cell
    .split(/\s*(?:[/;,|\n]|\bor\b)\s*/i)
    .map(clean)
    .filter((part) => part !== '');
  if (parts.length < 2) return whole;
  const good = parts.map((part) => readOne(part, defaultRegion)).filter((reading) => reading.ok);
  const [first, ...rest] = good;
  if (!first) return whole;
  return { ...first, others: [...new Set(rest.map((other) => other.phone))].filter((phone) => phone !== first.phone) };
}

/** Why a number in E.164 cannot be dialled, in words; null when it can. */
export function numberProblem(phone: Phone): string | null {
  const reading = readPhoneNumber(phone, 'US');
  return reading.ok ? null : reading.reason;
}

/** ISO 3166 alpha-2 of a number in E.164, or null when it belongs to no country. */
export function countryOf(phone: Phone): string | null {
  return parsePhoneNumberFromString(phone)?.country ?? null;
}

/** A number as a log may show it: `+15551230100` becomes `+1555***0100`. */
export function maskNumber(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  const plus = phone.startsWith('+') ? '+' : '';
  const kept = digits.length >= 10 ? 4 : digits.length >= 7 ? 2 : 0;
  return `${plus}${digits.slice(0, kept)}***${kept === 0 ? '' : digits.slice(-kept)}`;
}

function clean(text: string): string {
  let cell = text.replace(UNSEEN, '').replace(/\s+/gu, ' ').trim();
  // A formula or a text mark of the spreadsheet: '+1213..., =+1213..., ="213..."
  cell = cell.replace(/^[='"\s]+/, '').replace(/["\s]+$/, '');
  cell = cell.replace(/^[\p{L} ]{1,20}[.:]\s*/u, '');
  // A number that was a floating point value on its way
  return cell.replace(/^(\+?\d{6,15})\.0+$/, '$1');
}

function readOne(cell: string, defaultRegion: string): PhoneReading {
  const region = isSupportedCountry(defaultRegion) ? defaultRegion : undefined;
  const first = judge(cell, parse(cell, region));
  if (first.ok || !/^\W*00/.test(cell)) return first;
  // "00" is how most of the world writes "+", but it is not everybody's exit code
  const again = cell.replace(/00/, '+');
  const second = judge(again, parse(again, region));
  return second.ok ? second : first;
}

function parse(cell: string, region: CountryCode | undefined): PhoneNumber | undefined {
  return parsePhoneNumberFromString(cell, region === undefined ? { extract: false } : { defaultCountry: region, extract: false });
}

function judge(cell: string, number: PhoneNumber | undefined): PhoneReading {
  const digits = cell.replace(/\D/g, '');
  if (!number) return no(/\p{L}/u.test(cell) ? 'letters are not a phone number' : 'not a phone number');
  // A lost or misplaced zero: "011" of a ten-digit number is no exit code
  if (/^\W*011/.test(cell) && !cell.includes('+') && digits.length <= 10)
    return no('leading zeros do not belong to a number of this country');
  // Of a kind is only what is valid; to ask for both would take twice as long.
  const type = number.getType();
  if (type === undefined && !number.isValid())
    return no(number.isPossible() ? 'no such number is in use in its country' : lengthProblem(number));
  if (number.ext !== undefined) return no('numbers with an extension cannot be dialled');
  if (number.country === undefined) return no('the number belongs to no country');
  if (type === undefined) return no('the kind of number is not known');
  const refused = refusedTypes[type];
  if (refused !== undefined) return no(`${refused} is not dialled`);
  // India's series for commercial callers: never somebody's phone
  if (/^\+911(?:40|60)/.test(number.number)) return no('a number series of commercial callers is not dialled');
  return { ok: true, phone: number.number, country: number.country, type, others: [] };
}

function lengthProblem(number: PhoneNumber): string {
  return number.nationalNumber.length < 8 ? 'too short for a number of its country' : 'the wrong length for a number of its country';
}

function no(reason: string): PhoneReading {
  return { ok: false, reason };
}
