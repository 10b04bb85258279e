import { getCountries } from 'libphonenumber-js/max';
import type { Consent, LeadMapping } from '#bridge/contract/leads.ts';
import { readPhoneNumber } from '#bridge/domain/phone-number.ts';
import { zonesOfLead } from '#bridge/domain/time-zones.ts';
import { cleanValue, normaliseName } from '#bridge/domain/variables.ts';
import type { NewLead } from '../../store/store.ts';
import type { Columns } from './headers.ts';

export type LeadReading =
  | { readonly ok: true; readonly lead: NewLead }
  | { readonly ok: false; readonly reason: string; readonly value: string };

export interface LeadReader {
  readonly columns: Columns;
  readonly defaultRegion: string;
  /** Holds for every row that says nothing itself. */
  readonly consent: Consent | null;
}

const yes = new Set(['yes', 'y', 'true', '1', 'x', 'ok', 'given', 'granted', 'optin', 'optedin', 'si', 'sí', 'ja', 'oui']);
const no = new Set([
  'no',
  'n',
  'false',
  '0',
  'none',
  'null',
  'never',
  'optout',
  'optedout',
  'revoked',
  'withdrawn',
  'denied',
  'nein',
  'non',
]);

/** Make a lead of a row, or say why not. */
export function readLead(cells: readonly string[], reader: LeadReader): LeadReading {
  const { columns } = reader;
  const cell = (column: keyof LeadMapping): string => cells[columns.indexOf[column] ?? -1]?.trim() ?? '';
  const region = regionOf(cell('country')) ?? reader.defaultRegion;
  const number = readPhoneNumber(cell('phone'), region);
  if (!number.ok) return { ok: false, reason: number.reason, value: cleanValue(cell('phone')).slice(0, 80) };

  const fields = new Map<string, string>();
  for (const [index, header] of columns.headers.entries()) {
    if (index === columns.indexOf.phone) continue;
    const value = cleanValue(cells[index] ?? '');
    if (value !== '') fields.set(header, value);
  }
  // Under our name for templates; under its header too only when that is another name for a person.
  for (const column of Object.keys(columns.indexOf) as (keyof LeadMapping)[]) {
    const header = columns.headers[columns.indexOf[column] ?? -1];
    const value = header === undefined ? undefined : fields.get(header);
    if (column === 'phone' || header === undefined || value === undefined) continue;
    if (normaliseName(header) === normaliseName(column)) fields.delete(header);
    fields.set(column, value);
  }
  const surplus = cells.slice(columns.headers.length).map(cleanValue).filter(Boolean);
  if (surplus.length > 0) fields.set('more', cleanValue(surplus.join(' ')));
  if (number.others.length > 0) fields.set('otherPhones', number.others.join(', '));

  const { phone, country } = number;
  const timeZones = zonesOfLead({ phone, country, timeZone: cell('timeZone'), state: cell('state'), postalCode: cell('postalCode') });
  return {
    ok: true,
    lead: { phone, country, timeZones, fields: Object.fromEntries(fields), consent: consentOf(cell('consent'), fields, reader) },
  };
}

/** A row's own word wins over what was said for the whole file, and "no" is a word. */
function consentOf(text: string, fields: ReadonlyMap<string, string>, reader: LeadReader): Consent | null {
  const word = normaliseName(text);
  if (word === '') return reader.consent;
  if (no.has(word)) return null;
  const header = reader.columns.mapping.consent ?? 'consent';
  const given = [...fields].find(([name]) =>
    ['consentdate', 'consentat', 'consentcapturedat', 'optindate'].includes(normaliseName(name)),
  )?.[1];
  const atMs = given === undefined ? Number.NaN : Date.parse(given);
  return {
    basis: yes.has(word) ? (reader.consent?.basis ?? 'marked in the list') : cleanValue(text).slice(0, 200),
    source: reader.consent?.source ?? `column "${header}" of the list`,
    ...(Number.isNaN(atMs)
      ? reader.consent?.capturedAt
        ? { capturedAt: reader.consent.capturedAt }
        : {}
      : { capturedAt: new Date(atMs).toISOString() }),
  };
}

let regions: ReadonlyMap<string, string> | null = null;

/** ISO 3166 alpha-2 of a country as people write it: a code, its English name, a common short form; null when it is none. */
export function regionOf(text: string): string | null {
  const word = normaliseName(text);
  if (word === '') return null;
  if (regions === null) {
    const names = new Intl.DisplayNames(['en'], { type: 'region' });
    const known = new Map<string, string>();
    for (const code of getCountries()) {
      known.set(code.toLowerCase(), code);
      known.set(normaliseName(names.of(code) ?? code), code);
    }
    for (const [name, code] of [
      ['usa', 'US'],
      ['unitedstatesofamerica', 'US'],
      ['america', 'US'],
      ['uk', 'GB'],
      ['england', 'GB'],
      ['scotland', 'GB'],
      ['wales', 'GB'],
      ['greatbritain', 'GB'],
      ['can', 'CA'],
      ['deutschland', 'DE'],
    ] as const)
      known.set(name, code);
    regions = known;
  }
  return regions.get(word) ?? null;
}
