import { CsvError, type Parser, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';

/** One row of a spreadsheet. `row` counts from 1 with header and blank rows, as a spreadsheet does. */
export interface Row {
  readonly row: number;
  /** Null when a quotation mark was opened in this row and never closed, so that its cells cannot be told. */
  readonly cells: readonly string[] | null;
  /** The beginning of the row as it stands in the file, when its cells cannot be told. */
  readonly text: string;
}

/** A row that is longer than this has swallowed its neighbours by an open quotation mark. */
const MAX_ROW_BYTES = 262_144;
/** Open quotation marks beyond this many are no slips: the file is broken. */
const MAX_MENDED = 100;
const NOTHING: Buffer = Buffer.alloc(0);

export class TooManyOpenQuotes extends Error {}

/**
 * Divide text into rows: quoted line breaks, ragged rows and stray quotation marks are coped with. A quotation mark that is never closed,
 * or that swallows the following rows up to the next quoted cell, costs its own line and no other: reading goes on at the line behind it.
 *
 * @throws {TooManyOpenQuotes}
 */
export async function* readRows(pieces: AsyncIterable<{ readonly text: string }>, delimiter: string): AsyncGenerator<Row> {
  const isWhole = wholeRow(delimiter);
  let row = 0;
  let mended = 0;
  let parsing = new Parsing(delimiter);
  /** What the parser was given since the end of the last good row. */
  let tail = NOTHING;

  /** Yields the good rows. @returns false when a row is reached that is not what it seems */
  function* harvest(): Generator<Row, boolean> {
    let startBytes = parsing.goodBytes;
    const base = startBytes;
    for (const { cells, endBytes } of parsing.take()) {
      const spansLines = cells.some((cell) => cell.includes('\n'));
      if (spansLines && !isWhole(tail.subarray(startBytes - base, endBytes - base).toString('utf8'))) {
        tail = tail.subarray(startBytes - base);
        return false;
      }
      row += 1;
      startBytes = endBytes;
      parsing.goodBytes = endBytes;
      yield { row, cells, text: '' };
    }
    tail = tail.subarray(startBytes - base);
    return true;
  }

  /** The first line of what is left stands for itself; the rest is read anew. */
  function mend(): { readonly mendedRow: Row; readonly rest: Buffer } {
    mended += 1;
    if (mended > MAX_MENDED) throw new TooManyOpenQuotes();
    const lineEnd = tail.indexOf('\n');
    const line = tail.subarray(0, lineEnd < 0 ? undefined : lineEnd).toString('utf8');
    const rest = lineEnd < 0 ? NOTHING : tail.subarray(lineEnd + 1);
    tail = NOTHING;
    parsing = new Parsing(delimiter);
    row += 1;
    return { mendedRow: { row, cells: lineAlone(line, delimiter), text: line.slice(0, 200) }, rest };
  }

  async function* feed(piece: Buffer): AsyncGenerator<Row> {
    for (let next = piece; ; ) {
      tail = tail.length === 0 ? next : Buffer.concat([tail, next]);
      const isBroken = await parsing.write(next);
      const isGood = yield* harvest();
      if (isGood && !isBroken) return;
      const { mendedRow, rest } = mend();
      yield mendedRow;
      next = rest;
    }
  }

  for await (const piece of pieces) yield* feed(Buffer.from(piece.text, 'utf8'));
  for (;;) {
    const isBroken = await parsing.end();
    const isGood = yield* harvest();
    if (isGood && !isBroken) return;
    const { mendedRow, rest } = mend();
    yield mendedRow;
    yield* feed(rest);
  }
}

/** Tells whether a row of several lines is quoted by the book, or was glued together by an open quotation mark. @see RFC 4180 */
function wholeRow(delimiter: string): (raw: string) => boolean {
  const d = delimiter.replace(/[\\^$.*+?()[\]{}|-]/g, '\\$&');
  const cell = `(?:"[^"]*(?:""[^"]*)*"|[^"${d}\\r\\n][^${d}\\r\\n]*|)`;
  const row = new RegExp(`^${cell}(?:[${d}]${cell})*[\\r\\n]*$`);
  return (raw) => row.test(raw);
}

function lineAlone(line: string, delimiter: string): readonly string[] | null {
  try {
    return parseSync(line, { delimiter, relax_quotes: true, relax_column_count: true })[0] ?? [''];
  } catch {
    return null;
  }
}

/** One run of the parser, up to its end or to the first quotation mark that is not closed. */
class Parsing {
  readonly #parser: Parser;
  #rows: { readonly cells: readonly string[]; readonly endBytes: number }[] = [];
  #broken: Error | null = null;
  /** Bytes up to the end of the last row that was found good. */
  goodBytes = 0;

  constructor(delimiter: string) {
    this.#parser = parse({
      delimiter,
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: MAX_ROW_BYTES,
      on_record: (cells: string[], context) => {
        this.#rows.push({ cells, endBytes: context.bytes });
        return null;
      },
    });
    this.#parser.on('error', (error) => {
      this.#broken = error;
    });
    this.#parser.resume();
  }

  take(): readonly { readonly cells: readonly string[]; readonly endBytes: number }[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** @returns whether the parser gave up on an open quotation mark */
  async write(chunk: Buffer): Promise<boolean> {
    if (chunk.length > 0) {
      await new Promise<void>((resume) =>
        this.#parser.write(chunk, (error) => {
          this.#broken = error ?? this.#broken;
          resume();
        }),
      );
    }
    return this.#isBroken();
  }

  async end(): Promise<boolean> {
    await new Promise<void>((resume) => {
      this.#parser.once('end', resume);
      this.#parser.once('error', () => resume());
      this.#parser.end();
    });
    return this.#isBroken();
  }

  #isBroken(): boolean {
    if (this.#broken === null) return false;
    const known = this.#broken instanceof CsvError && ['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'].includes(this.#broken.code);
    if (!known) throw this.#broken;
    return true;
  }
}
