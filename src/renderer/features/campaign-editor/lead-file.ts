import type { LeadMapping, RejectedRow } from '#bridge/contract/leads.ts';

/** What a column can hold, in the order in which it is asked for. */
export const mappable: readonly { readonly field: keyof LeadMapping; readonly words: string }[] = [
  { field: 'phone', words: 'Phone number' },
  { field: 'firstName', words: 'First name' },
  { field: 'lastName', words: 'Last name' },
  { field: 'company', words: 'Company' },
  { field: 'city', words: 'City' },
  { field: 'state', words: 'State' },
  { field: 'timeZone', words: 'Time zone' },
  { field: 'consent', words: 'Consent basis' },
];

/** The headers of a list, from its first line; the bridge reads the rest. @param delimiter as the bridge found it */
export function headersOf(csv: string, delimiter: string): readonly string[] {
  const line = csv.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/, 1)[0] ?? '';
  const headers: string[] = [];
  let text = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at];
    if (letter === '"' && isQuoted && line[at + 1] === '"') {
      text += '"';
      at += 1;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === delimiter && !isQuoted) {
      headers.push(text.trim());
      text = '';
    } else text += letter;
  }
  headers.push(text.trim());
  return [...new Set(headers.filter((header) => header !== ''))];
}

/** A table of what could not be used, for the spreadsheet that it came from. */
export function badRowsCsv(rows: readonly RejectedRow[]): string {
  const cell = (value: string | number) => {
    // A cell that begins like a formula is one to a spreadsheet.
    const text = /^[=+\-@\t]/.test(String(value)) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return ['row,value,reason', ...rows.map(({ row, value, reason }) => [row, value, reason].map(cell).join(','))].join('\r\n');
}
