import type { FieldProblem } from '#bridge/contract/errors.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { LeadMapping } from '#bridge/contract/leads.ts';
import { normaliseName } from '#bridge/domain/variables.ts';

type Column = keyof LeadMapping;

/** Which column holds what, as far as the caller says. */
export type WantedMapping = { readonly [column in Column]?: string | undefined };

/** Names under which people keep these columns, best first; compared by letters and digits only. */
const knownNames: Readonly<Record<Column, readonly string[]>> = {
  phone: words(
    'phone phonenumber telephone mobile mobilephone mobilenumber cell cellphone cellnumber tel telephonenumber number msisdn to phoneno ' +
      'phone1 primaryphone contactnumber homephone workphone businessphone phonee164 telefon telefonnummer handy telefono teléfono téléphone',
  ),
  firstName: words('firstname first givenname forename fname vorname prenom prénom nombre'),
  lastName: words('lastname last surname familyname lname nachname nom apellido'),
  company: words('company companyname organization organisation business businessname firm firma account accountname'),
  email: words('email emailaddress mail'),
  address: words('address streetaddress street address1 addressline1 mailingaddress'),
  city: words('city town'),
  state: words('state province region stateprovince statecode'),
  postalCode: words('zip zipcode postal postalcode postcode plz'),
  country: words('country countrycode'),
  timeZone: words('timezone tz'),
  consent: words('consent consentbasis consentgiven consenttype hasconsent optin optedin'),
  notes: words('notes note comments comment remarks'),
  externalId: words('externalid crmid customerid leadid contactid recordid id'),
};
const columns = Object.keys(knownNames) as readonly Column[];

/** What the columns of a file are. */
export interface Columns {
  /** Our name of a column to its header, as the answer to the one who imports. */
  readonly mapping: LeadMapping;
  /** Our name of a column to its place in a row. */
  readonly indexOf: Readonly<Partial<Record<Column, number>>>;
  /** Headers by place: trimmed, none empty, none twice. */
  readonly headers: readonly string[];
}

/**
 * Find out which column is which. What the caller says wins; the rest is guessed by the header.
 *
 * @throws {BridgeError} `input/invalid` naming each mapped header that the file does not have, or `mapping.phone` when no column looks like
 * a phone number
 */
export function findColumns(cells: readonly string[], wanted: WantedMapping): Columns {
  const headers = uniqueHeaders(cells);
  const indexOf: Partial<Record<Column, number>> = {};
  const problems: FieldProblem[] = [];
  for (const column of columns) {
    const header = wanted[column];
    if (header === undefined) continue;
    const index = indexOfHeader(headers, header);
    if (index >= 0) indexOf[column] = index;
    else problems.push({ field: `mapping.${column}`, message: `there is no column "${header}"; the file has ${listed(headers)}` });
  }
  if (problems.length > 0) {
    throw new BridgeError('input/invalid', `The file lacks a column that the mapping names: ${problems[0]?.message}.`, {
      details: problems,
    });
  }
  const taken = new Set(Object.values(indexOf));
  for (const column of columns) {
    if (indexOf[column] !== undefined) continue;
    const index = guess(headers, column, taken);
    if (index < 0) continue;
    indexOf[column] = index;
    taken.add(index);
  }
  const phone = headers[indexOf.phone ?? -1];
  if (phone === undefined) {
    const message = `no column looks like a phone number; the file has ${listed(headers)}. Name one of them "phone", or say which it is`;
    throw new BridgeError('input/invalid', `The first row must name the columns: ${message}.`, {
      details: [{ field: 'mapping.phone', message }],
    });
  }
  const mapping: LeadMapping = { phone };
  for (const column of columns) {
    const header = headers[indexOf[column] ?? -1];
    if (header !== undefined) mapping[column] = header;
  }
  return { mapping, indexOf, headers };
}

/** Whether a row of headers names a phone column; a bare list of numbers has no such row. */
export function namesPhone(cells: readonly string[]): boolean {
  return guess(uniqueHeaders(cells), 'phone', new Set()) >= 0;
}

function guess(headers: readonly string[], column: Column, taken: ReadonlySet<number>): number {
  const names = headers.map(normaliseName);
  for (const known of knownNames[column]) {
    const index = names.findIndex((name, at) => name === known && !taken.has(at));
    if (index >= 0) return index;
  }
  // "Customer phone", "Lead mobile number"
  return column === 'phone'
    ? names.findIndex((name, at) => !taken.has(at) && /(?:phone|phonenumber|mobile|mobilenumber|cell)$/.test(name))
    : -1;
}

function indexOfHeader(headers: readonly string[], wanted: string): number {
  const exact = headers.indexOf(wanted.trim());
  return exact >= 0
    ? exact
    : headers.findIndex((header) => normaliseName(header) !== '' && normaliseName(header) === normaliseName(wanted));
}

function uniqueHeaders(cells: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, index) => {
    const header =
      cell
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, 80) || `column ${index + 1}`;
    const times = seen.get(header) ?? 0;
    seen.set(header, times + 1);
    return times === 0 ? header : `${header}_${times}`;
  });
}

function listed(headers: readonly string[]): string {
  const shown = headers.slice(0, 20).map((header) => `"${header}"`);
  return shown.join(', ') + (headers.length > shown.length ? `, and ${headers.length - shown.length} more` : '');
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
