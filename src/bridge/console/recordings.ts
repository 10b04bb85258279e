import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Calls } from '#bridge/calls/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { callId } from '#bridge/contract/ids.ts';
import { operatorFileOf } from '#bridge/store/operator-file.ts';
import { blockBytesOf } from '#bridge/store/wav-header.ts';
import { parseRange } from './byte-range.ts';
import { cutOf, stretchIn } from './recording-stretch.ts';
import { fittingHead, wavHeadMaxBytes } from './wav-header.ts';

/** Both sides of a call; an operator's own track has one. Half a moment is never served. */
const channelsOf = { call: 2, operator: 1 } as const;

/** Whose voice: both sides of the call, or the operator's apart. */
type Track = keyof typeof channelsOf;

/** @param file name of the file in the address @returns null when it is not one of ours */
function recordingNamed(file: string): { readonly call: string; readonly track: Track } | null {
  const [, call, operator] = /^([A-Za-z0-9_-]+)(\.operator)?\.wav$/.exec(file) ?? [];
  return call === undefined ? null : { call, track: operator === undefined ? 'call' : 'operator' };
}

/**
 * Serve a call's recording, or the part of it that is asked for: bytes of it by `Range`, and by `fromMs` and `toMs` a stretch as a whole
 * file of its own. A recording that still grows is served as it is at this moment: its length, its head and its bytes belong together.
 *
 * @param name of the file, as in the address
 * @throws {BridgeError} `not-found` when there is no such call, or it has no such recording; `input/invalid` for a stretch that it has not
 */
export async function serveRecording(request: FastifyRequest, reply: FastifyReply, calls: Calls, name: string): Promise<FastifyReply> {
  const named = recordingNamed(name);
  const id = callId.safeParse(named?.call);
  const path = id.success ? calls.recordingPath(id.data) : null;
  if (named === null || path === null) throw new BridgeError('not-found', 'There is no such recording.');
  const { track } = named;
  const stretch = stretchIn(request.query);
  const file = await openRecording(track === 'call' ? path : operatorFileOf(path));
  try {
    const { size: grown, mtimeMs } = await file.stat();
    const channels = channelsOf[track];
    const cut = stretch && cutOf(stretch, grown, channels);
    const size = cut?.sizeBytes ?? grown - (grown % blockBytesOf(channels));
    const tag = `"${[size, Math.round(mtimeMs), cut?.shiftBytes ?? 0].map((part) => part.toString(36)).join('-')}"`;
    reply.headers({
      'content-type': 'audio/wav',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      // A name given here outweighs that of the page: what a stretch is called is up to whoever cuts it.
      'content-disposition': stretch ? 'inline' : `inline; filename="${name}"`,
      etag: tag,
    });
    const condition = request.headers['if-range'];
    const range = condition === undefined || condition === tag ? parseRange(request.headers.range, size) : parseRange(undefined, size);
    if (range.kind === 'unsatisfiable') {
      await file.close();
      return await reply.code(416).header('content-range', `bytes */${size}`).header('content-type', 'text/plain; charset=utf-8').send('');
    }
    const [first, last] = range.kind === 'part' ? [range.first, range.last] : [0, size - 1];
    if (range.kind === 'part') reply.code(206).header('content-range', `bytes ${first}-${last}/${size}`);
    reply.header('content-length', last - first + 1);
    if (request.method === 'HEAD' || last < first) {
      await file.close();
      return await reply.send('');
    }
    const head = cut?.head ?? (await headOf(file, size));
    const stream = Readable.from(bytesOf(file, head, first, last, cut?.shiftBytes ?? 0), { objectMode: false });
    // Also when nobody read a single byte of it.
    stream.once('close', () => void file.close().catch(() => {}));
    return await reply.send(stream);
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** @returns null when the head of the file fits as it is */
async function headOf(file: FileHandle, size: number): Promise<Buffer | null> {
  const head = Buffer.alloc(Math.min(wavHeadMaxBytes, size));
  await file.read(head, 0, head.length, 0);
  return fittingHead(head, size);
}

/** The bytes from `first` to `last`, the head replaced where one is given. @param shift how much farther on in the file they are */
async function* bytesOf(file: FileHandle, head: Buffer | null, first: number, last: number, shift: number): AsyncGenerator<Buffer> {
  const start = head === null ? first : Math.max(first, head.length);
  if (head !== null && first < head.length) yield head.subarray(first, Math.min(head.length, last + 1));
  if (start <= last) yield* file.createReadStream({ start: start + shift, end: last + shift, autoClose: false });
}

async function openRecording(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new BridgeError('not-found', 'The recording of this call is not on disk any more.', { cause: error });
  }
}
