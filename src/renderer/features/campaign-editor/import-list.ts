import type { LeadMapping } from '#bridge/contract/leads.ts';
import type { OperationRequest } from '../../client/operations.ts';
import { listed } from './editor-fields.ts';

export type MappedColumn = keyof LeadMapping;
export type ChosenMapping = { readonly [column in MappedColumn]?: string };

/** What an import knows by name; other columns of the file are kept under their own. */
export const mappedColumns: readonly { readonly column: MappedColumn; readonly name: string }[] = [
  { column: 'phone', name: 'Phone' },
  { column: 'firstName', name: 'First name' },
  { column: 'lastName', name: 'Last name' },
  { column: 'company', name: 'Company' },
  { column: 'email', name: 'Email' },
  { column: 'address', name: 'Address' },
  { column: 'city', name: 'City' },
  { column: 'state', name: 'State' },
  { column: 'postalCode', name: 'Postal code' },
  { column: 'country', name: 'Country' },
  { column: 'timeZone', name: 'Time zone' },
  { column: 'consent', name: 'Consent' },
  { column: 'notes', name: 'Notes' },
  { column: 'externalId', name: 'Your own id' },
];

export const consentBases = [
  { value: 'customer', label: 'They are customers' },
  { value: 'inquiry', label: 'They asked for a call' },
  { value: 'written', label: 'They agreed in writing' },
  { value: 'other', label: 'Something else' },
] as const;
export type ConsentBasis = (typeof consentBases)[number]['value'];

/** What was chosen for an import, beside the list itself. */
export interface ImportChoices {
  readonly mapping: ChosenMapping;
  /** ISO 3166 alpha-2. */
  readonly region: string;
  /** Null when the file says it, or nobody knows. */
  readonly basis: ConsentBasis | null;
  /** The owner's own words for `other`. */
  readonly otherBasis: string;
  readonly source: string;
}

/** An import as the bridge takes it. */
export function importRequest(
  campaignId: string,
  from: { readonly csv: string } | { readonly path: string },
  choices: ImportChoices,
  dryRun: boolean,
): OperationRequest<'leads.import'> {
  const basis = choices.basis === 'other' ? choices.otherBasis.trim() : (choices.basis ?? '');
  const source = choices.source.trim();
  return {
    campaignId,
    ...from,
    dryRun,
    defaultRegion: choices.region,
    ...(Object.keys(choices.mapping).length > 0 ? { mapping: { ...choices.mapping } } : {}),
    ...(basis === '' ? {} : { consent: { basis, ...(source === '' ? {} : { source }) } }),
  };
}

/** The names in the first line of a list, as choices for the mapping. @param delimiter as the bridge found it; null guesses */
export function headersOf(text: string, delimiter: string | null): readonly string[] {
  const [first = '', second = ''] = text
    .slice(0, 20_000)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n|\r/);
  const line = /^sep=.$/i.test(first.trim()) ? second : first;
  const separator = delimiter ?? mostFrequent(line);
  // Quoted cells first: they may hold the separator.
  const cells = line.match(new RegExp(` *"(?:[^"]|"")*" *|[^${separator === '\t' ? '\\t' : `\\${separator}`}]+`, 'g')) ?? [];
  const names = cells.map((cell) =>
    cell
      .trim()
      .replace(/^"([\s\S]*)"$/, '$1')
      .replaceAll('""', '"')
      .trim(),
  );
  return [...new Set(names.filter((name) => name !== ''))];
}

const mostFrequent = (line: string): string =>
  [',', ';', '\t', '|'].reduce((best, next) => (line.split(next).length > line.split(best).length ? next : best));

/** Which columns the bridge cannot find in the file, with its words. */
export function mappingProblems(found: readonly { readonly field: string; readonly message: string }[]): ReadonlyMap<string, string> {
  return new Map(
    found.filter(({ field }) => field.startsWith('mapping.')).map(({ field, message }) => [field.slice('mapping.'.length), message]),
  );
}

/** What has to be chosen before the list can be read; the reason stands at each of the fields. Null when no column is to blame. */
export function columnsToChoose(problems: ReadonlyMap<string, string>): string | null {
  const names = mappedColumns.filter(({ column }) => problems.has(column)).map(({ name }) => name);
  if (names.length === 0) return null;
  return `The list cannot be read as it is: choose the column for ${listed(names)} below.`;
}

/** 0 to 100, how much of an import is read; null when that cannot be told. */
export function importShare(progress: { readonly bytes: number; readonly totalBytes: number | null } | undefined): number | null {
  if (!progress || progress.totalBytes === null || progress.totalBytes === 0) return null;
  return Math.min(100, Math.round((100 * progress.bytes) / progress.totalBytes));
}
