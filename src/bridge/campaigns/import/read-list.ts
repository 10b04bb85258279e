import { BridgeError } from '#bridge/contract/errors.ts';
import type { Consent, LeadMapping, RejectedRow } from '#bridge/contract/leads.ts';
import type { Phone } from '#bridge/contract/values.ts';
import { readPhoneNumber } from '#bridge/domain/phone-number.ts';
import type { NewLead } from '../../store/store.ts';
import { type Columns, findColumns, namesPhone, type WantedMapping } from './headers.ts';
import { readLead } from './read-lead.ts';
import { type Row, readRows, TooManyOpenQuotes } from './read-rows.ts';
import { notCsv, openText, type TextSource } from './read-text.ts';
import { sniffDelimiter } from './sniff.ts';

/** What to read, as plain data: it goes to another thread. */
export interface ListRequest {
  /** `numbers` reads a do-not-call list, which may be nothing but numbers. */
  readonly kind: 'leads' | 'numbers';
  readonly source: TextSource;
  readonly mapping: WantedMapping;
  readonly defaultRegion: string;
  readonly consent: Consent | null;
}

export type ListStep =
  | { readonly type: 'opened'; readonly mapping: LeadMapping; readonly encoding: string; readonly delimiter: string }
  | {
      readonly type: 'batch';
      readonly leads: readonly NewLead[];
      readonly numbers: readonly Phone[];
      readonly rows: number;
      readonly bytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly type: 'done';
      readonly rows: number;
      /** The first thousand; `rejectedCount` counts them all. */
      readonly rejected: readonly RejectedRow[];
      readonly rejectedCount: number;
      /** Numbers that stood in the list before. */
      readonly duplicates: number;
    };

/** Small enough that taking one over from the reading thread makes no call's audio wait. */
const BATCH = 100;
const MAX_ROWS = 1_000_000;
const MAX_LISTED = 1_000;
const SAMPLE_CHARS = 65_536;

/**
 * Read a list in batches, holding no more than one of them in memory (and the numbers seen, for duplicates).
 *
 * @throws {BridgeError} `input/invalid` when it is no CSV file, or its columns are not what the caller says
 */
export async function* readList(request: ListRequest): AsyncGenerator<ListStep> {
  const field = 'path' in request.source ? 'path' : 'csv';
  const text = await openText(request.source);
  const progress = { bytes: 0 };
  const { sample, pieces } = await withSample(counted(text.pieces, progress));
  const delimiter = sniffDelimiter(sample);
  const reading = new Reading(request);
  try {
    for await (const row of readRows(withoutSeparatorLine(pieces), delimiter)) {
      const opened = reading.add(row);
      if (opened) yield { type: 'opened', mapping: opened, encoding: text.encoding, delimiter };
      if (reading.rows > MAX_ROWS) throw notCsv(field, 'The list has more than a million rows. Split it.');
      if (reading.held >= BATCH) yield { type: 'batch', ...reading.take(), bytes: progress.bytes, totalBytes: text.totalBytes };
    }
  } catch (cause) {
    if (!(cause instanceof TooManyOpenQuotes)) throw cause;
    throw notCsv(field, 'Quotation marks are opened and never closed in more than a hundred rows. Save the file as CSV again.');
  }
  if (!reading.isOpen) throw notCsv(field, 'The list is empty.');
  if (reading.held > 0) yield { type: 'batch', ...reading.take(), bytes: progress.bytes, totalBytes: text.totalBytes };
  yield { type: 'done', ...reading.result() };
}

/** What has been read so far. */
class Reading {
  readonly #request: ListRequest;
  #columns: Columns | null = null;
  #leads: NewLead[] = [];
  #numbers: Phone[] = [];
  readonly #rejected: RejectedRow[] = [];
  #rejectedCount = 0;
  #duplicates = 0;
  /** Numbers fit into doubles: 15 digits at most. */
  readonly #seen = new Set<number>();
  rows = 0;

  constructor(request: ListRequest) {
    this.#request = request;
  }

  get isOpen(): boolean {
    return this.#columns !== null;
  }

  get held(): number {
    return this.#leads.length + this.#numbers.length;
  }

  /** @returns the mapping when this row was the one that names the columns */
  add({ row, cells, text }: Row): LeadMapping | null {
    if (cells?.every((cell) => cell.trim() === '')) return null;
    if (this.#columns === null) return this.#open(row, cells ?? [text]);
    this.rows += 1;
    if (cells === null) this.#reject(row, 'a quotation mark is opened in this row and never closed', text.slice(0, 80));
    else if (this.#request.kind === 'numbers') this.#addNumber(row, cells, this.#columns);
    else this.#addLead(row, cells, this.#columns);
    return null;
  }

  take(): { leads: readonly NewLead[]; numbers: readonly Phone[]; rows: number } {
    const taken = { leads: this.#leads, numbers: this.#numbers, rows: this.rows };
    this.#leads = [];
    this.#numbers = [];
    return taken;
  }

  result() {
    return { rows: this.rows, rejected: this.#rejected, rejectedCount: this.#rejectedCount, duplicates: this.#duplicates };
  }

  #open(row: number, cells: readonly string[]): LeadMapping {
    const numberAt = cells.findIndex((cell) => readPhoneNumber(cell, this.#request.defaultRegion).ok);
    if (this.#request.kind === 'numbers' && numberAt >= 0 && !namesPhone(cells)) {
      const headers = cells.map((_cell, index) => (index === numberAt ? 'phone' : `column ${index + 1}`));
      this.#columns = findColumns(headers, {});
      this.rows += 1;
      this.#addNumber(row, cells, this.#columns);
    } else {
      this.#columns = this.#named(cells, numberAt >= 0);
    }
    return this.#columns.mapping;
  }

  #named(cells: readonly string[], holdsNumber: boolean): Columns {
    try {
      return findColumns(cells, this.#request.mapping);
    } catch (error) {
      // The person's own numbers do not belong into an error message
      if (!holdsNumber || !(error instanceof BridgeError)) throw error;
      const message = 'the first row holds a phone number and no column names: add a first row such as "phone,firstName"';
      throw new BridgeError('input/invalid', `The columns have no names: ${message}.`, { details: [{ field: 'mapping.phone', message }] });
    }
  }

  #addLead(row: number, cells: readonly string[], columns: Columns): void {
    const { defaultRegion, consent } = this.#request;
    const reading = readLead(cells, { columns, defaultRegion, consent });
    if (!reading.ok) this.#reject(row, reading.reason, reading.value);
    else if (this.#isNew(reading.lead.phone)) this.#leads.push(reading.lead);
  }

  #addNumber(row: number, cells: readonly string[], columns: Columns): void {
    const cell = cells[columns.indexOf.phone ?? -1] ?? '';
    const number = readPhoneNumber(cell, this.#request.defaultRegion);
    if (!number.ok) this.#reject(row, number.reason, cell.trim().slice(0, 80));
    else for (const phone of [number.phone, ...number.others]) if (this.#isNew(phone)) this.#numbers.push(phone);
  }

  #isNew(phone: Phone): boolean {
    const key = Number(phone.slice(1));
    if (this.#seen.has(key)) {
      this.#duplicates += 1;
      return false;
    }
    this.#seen.add(key);
    return true;
  }

  #reject(row: number, reason: string, value: string): void {
    this.#rejectedCount += 1;
    if (this.#rejected.length < MAX_LISTED) this.#rejected.push({ row, reason, value });
  }
}

interface Piece {
  readonly text: string;
}

async function* counted(pieces: AsyncIterable<Piece & { readonly bytes: number }>, progress: { bytes: number }): AsyncGenerator<Piece> {
  for await (const { text, bytes } of pieces) {
    progress.bytes = bytes;
    yield { text };
  }
}

/** The beginning to look at, and the whole to read. */
async function withSample(pieces: AsyncGenerator<Piece>): Promise<{ sample: string; pieces: AsyncGenerator<Piece> }> {
  let sample = '';
  while (sample.length < SAMPLE_CHARS) {
    const next = await pieces.next();
    if (next.done) break;
    sample += next.value.text;
  }
  async function* whole(): AsyncGenerator<Piece> {
    yield { text: sample };
    yield* pieces;
  }
  return { sample, pieces: whole() };
}

/** Excel's first line `sep=;` names the delimiter and is no row. */
async function* withoutSeparatorLine(pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  let isFirst = true;
  for await (const piece of pieces) {
    yield isFirst ? { text: piece.text.replace(/^sep=.(?:\r\n|\r|\n|$)/i, '') } : piece;
    isFirst = false;
  }
}
