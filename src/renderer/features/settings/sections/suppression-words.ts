import type { SuppressionReason } from '#bridge/contract/leads.ts';
import { readPhone } from '../../../ui/phone-number.ts';

export const reasonWords: Readonly<Record<SuppressionReason, string>> = {
  'opt-out': 'Asked to stop',
  complaint: 'Complained',
  legal: 'Legal reason',
  'wrong-number': 'Wrong number',
  registry: 'On a registry',
  manual: 'Added by hand',
};

export const reasonChoices = (Object.keys(reasonWords) as SuppressionReason[]).map((value) => ({ value, label: reasonWords[value] }));

/** A source that is a call can be opened; anything else is text. */
export const callOf = (source: string | null): string | null => (source !== null && /^call_[A-Za-z0-9_-]+$/.test(source) ? source : null);

/** The lines that somebody pasted: numbers to add, each once, and the lines that are none. */
export function readLines(text: string): {
  readonly numbers: readonly string[];
  readonly bad: readonly { readonly line: string; readonly problem: string }[];
} {
  const numbers = new Set<string>();
  const bad: { line: string; problem: string }[] = [];
  for (const line of text
    .split(/[\n,;]+/)
    .map((part) => part.trim())
    .filter(Boolean)) {
    const reading = readPhone(line);
    if (reading.number === null) bad.push({ line, problem: reading.problem });
    else numbers.add(reading.number);
  }
  return { numbers: [...numbers], bad };
}

/** Rows that could not be used, as a file that a spreadsheet opens. */
export function rejectedCsv(rows: readonly { readonly row: number; readonly value: string; readonly reason: string }[]): string {
  const lines = rows.map(({ row, value, reason }) => [String(row), cell(value), cell(reason)].join(','));
  return `row,value,reason\r\n${lines.join('\r\n')}\r\n`;
}

/** A spreadsheet reads a cell that begins so as a formula. */
const formula = /^[=+\-@\t\r]/;
const cell = (text: string): string => `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
