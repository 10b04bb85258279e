import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { BridgeError } from '#bridge/contract/errors.ts';
import { refuseText, sniffBytes } from './sniff.ts';

/** The largest file that is read. */
const MAX_BYTES = 104_857_600;
const CHUNK_BYTES = 65_536;

/** Where a list comes from: a text that came along, or a file on this machine. */
export type TextSource = { readonly csv: string } | { readonly path: string };

export interface OpenText {
  readonly encoding: string;
  readonly totalBytes: number;
  /** The text in pieces, with `bytes` of the source read so far. Without byte order mark. */
  readonly pieces: AsyncIterable<{ readonly text: string; readonly bytes: number }>;
}

/**
 * Open a list and find out how it is encoded: by its byte order mark, else as UTF-8 when all of it is valid UTF-8, else as Windows-1252.
 *
 * @throws {BridgeError} `input/invalid` when it cannot be read or is no text, with the cure in words
 */
export async function openText(source: TextSource): Promise<OpenText> {
  return 'path' in source ? openFile(source.path) : openString(source.csv);
}

/** @param field the input's field that is to blame */
export function notCsv(field: string, message: string): BridgeError {
  return new BridgeError('input/invalid', message, { details: [{ field, message }] });
}

function openString(csv: string): OpenText {
  const text = csv.startsWith('\ufeff') ? csv.slice(1) : csv;
  // A file that was read as text without being one keeps its first letters
  const bytes = sniffBytes(Buffer.from(text.slice(0, 64), 'utf8'));
  if (bytes.kind === 'refused') throw notCsv('csv', bytes.message);
  const refusal = refuseText(text.slice(0, 4_096));
  if (refusal !== null) throw notCsv('csv', refusal);
  const totalBytes = Buffer.byteLength(text);
  async function* pieces() {
    for (let at = 0; at < text.length; at += CHUNK_BYTES) {
      const done = Math.min(text.length, at + CHUNK_BYTES);
      yield { text: text.slice(at, done), bytes: Math.round((done / text.length) * totalBytes) };
    }
  }
  return { encoding: 'utf-8', totalBytes, pieces: pieces() };
}

async function openFile(path: string): Promise<OpenText> {
  const totalBytes = await sizeOf(path);
  const head = await headOf(path);
  const sniffed = sniffBytes(head);
  if (sniffed.kind === 'refused') throw notCsv('path', sniffed.message);
  const encoding = sniffed.encoding ?? ((await isUtf8(path)) ? 'utf-8' : 'windows-1252');
  const refusal = refuseText(iconv.decode(head.subarray(sniffed.bomBytes, 4_096), encoding));
  if (refusal !== null) throw notCsv('path', refusal);
  async function* pieces() {
    const decoder = iconv.getDecoder(encoding, { stripBOM: true });
    let bytes = sniffed.kind === 'text' ? sniffed.bomBytes : 0;
    for await (const chunk of createReadStream(path, { start: bytes, highWaterMark: CHUNK_BYTES })) {
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      yield { text: decoder.write(buffer), bytes };
    }
    const rest = decoder.end();
    if (rest) yield { text: rest, bytes };
  }
  return { encoding, totalBytes, pieces: pieces() };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new BridgeError('input/invalid', 'The file cannot be found or read. Check its path.', {
      details: [{ field: 'path', message: 'no such file, or no permission to read it' }],
      cause,
    });
  });
  if (!found.isFile()) throw notCsv('path', 'This is not a file.');
  if (found.size > MAX_BYTES) throw notCsv('path', 'The file is larger than 100 MB. Split it.');
  return found.size;
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new BridgeError('input/invalid', 'The file cannot be read. Check its permissions.', {
      details: [{ field: 'path', message: 'no permission to read it' }],
      cause,
    });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
