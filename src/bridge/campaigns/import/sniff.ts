/** What the first bytes of a file tell, before anything is decoded. */
export type Sniffed =
  | { readonly kind: 'text'; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | null; readonly bomBytes: number }
  | { readonly kind: 'refused'; readonly message: string };

const SAVE_AS_CSV = 'Open it in your spreadsheet program and save it as CSV.';

const magic: readonly (readonly [bytes: readonly number[], message: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], `This is an Excel workbook or a zip archive, not a CSV file. ${SAVE_AS_CSV}`],
  [[0x50, 0x4b, 0x05, 0x06], `This is an empty zip archive, not a CSV file. ${SAVE_AS_CSV}`],
  [[0xd0, 0xcf, 0x11, 0xe0], `This is an old Excel workbook, not a CSV file. ${SAVE_AS_CSV}`],
  [[0x25, 0x50, 0x44, 0x46], 'This is a PDF document, not a CSV file. Export the list as CSV where it comes from.'],
  [[0x1f, 0x8b], 'This is a compressed file, not a CSV file. Unpack it first.'],
  [[0x89, 0x50, 0x4e, 0x47], 'This is a picture, not a CSV file.'],
  [[0xff, 0xd8, 0xff], 'This is a picture, not a CSV file.'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'This is a database, not a CSV file. Export the table as CSV.'],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], 'This is a formatted document (RTF), not a CSV file. Save it as plain CSV.'],
];

/** @param head the first bytes of the file, 64 kB are plenty */
export function sniffBytes(head: Uint8Array): Sniffed {
  if (head.length === 0) return { kind: 'refused', message: 'The file is empty.' };
  const starts = (bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  for (const [bytes, message] of magic) if (starts(bytes)) return { kind: 'refused', message };
  if (starts([0xef, 0xbb, 0xbf])) return { kind: 'text', encoding: 'utf-8', bomBytes: 3 };
  if (starts([0xff, 0xfe])) return { kind: 'text', encoding: 'utf-16le', bomBytes: 2 };
  if (starts([0xfe, 0xff])) return { kind: 'text', encoding: 'utf-16be', bomBytes: 2 };
  return sniffZeros(head);
}

/** Latin text in UTF-16 is every second byte zero; any other zero is no text at all. */
function sniffZeros(head: Uint8Array): Sniffed {
  const looked = Math.min(head.length, 4_096);
  let even = 0;
  let odd = 0;
  for (let index = 0; index < looked; index += 1) {
    if (head[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  if (even === 0 && odd === 0) return { kind: 'text', encoding: null, bomBytes: 0 };
  if (odd > looked * 0.3 && even === 0) return { kind: 'text', encoding: 'utf-16le', bomBytes: 0 };
  if (even > looked * 0.3 && odd === 0) return { kind: 'text', encoding: 'utf-16be', bomBytes: 0 };
  return { kind: 'refused', message: `This is a binary file, not a CSV file. ${SAVE_AS_CSV}` };
}

/** Why a text is no table, in words; null when it may be one. @param head the first characters, decoded */
export function refuseText(head: string): string | null {
  const start = head.trimStart().slice(0, 200);
  if (start === '') return 'The file is empty.';
  if (/^<(?:!doctype|html|head|body|table|\?xml|svg)\b/i.test(start))
    return 'This is a web page or XML document, not a CSV file. Perhaps a login page was saved in its place: export the list as CSV again.';
  if (/^[{[]\s*["{[\]}]/.test(start)) return 'This is JSON, not a CSV file. Export the list as CSV.';
  if (start.includes('\u0000')) return `This is a binary file, not a CSV file. ${SAVE_AS_CSV}`;
  return null;
}

const delimiters = [',', ';', '\t', '|'] as const;

/** The character that divides the first lines into equally many cells; a comma when there is only one column. */
export function sniffDelimiter(sample: string): string {
  const stated = /^sep=(.)(?:\r|\n|$)/i.exec(sample);
  if (stated?.[1]) return stated[1];
  let best: string = ',';
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const counts = countPerRecord(sample, delimiter);
    const first = counts[0] ?? 0;
    if (first === 0) continue;
    const agreeing = counts.filter((count) => count === first).length / counts.length;
    // Agreement first; among equals, more columns
    const score = agreeing * 1_000 + Math.min(first, 900);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** How often the delimiter stands outside quotation marks, for each of the first twenty records that are whole. */
function countPerRecord(sample: string, delimiter: string): readonly number[] {
  const counts: number[] = [];
  let count = 0;
  let quoted = false;
  let empty = true;
  for (const character of sample) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) {
      if (!empty) counts.push(count);
      if (counts.length >= 20) return counts;
      [count, empty] = [0, true];
      continue;
    } else if (!quoted && character === delimiter) count += 1;
    empty = false;
  }
  if (!empty && counts.length === 0) counts.push(count);
  return counts;
}
