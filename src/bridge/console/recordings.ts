import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Calls } from '#bridge/calls/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { callId } from '#bridge/contract/ids.ts';
import { parseRange } from './byte-range.ts';
import { fittingHead, wavHeadMaxBytes } from './wav-header.ts';

/** Two channels of 16 bits: half a sample pair is never served. */
const samplePairBytes = 4;

/**
 * Serve a call's recording, or the part of it that is asked for. A recording that still grows is served as it is at this moment: its
 * length, its head and its bytes belong together.
 *
 * @throws {BridgeError} `not-found` when there is no such call, or it has no recording
 */
export async function serveRecording(request: FastifyRequest, reply: FastifyReply, calls: Calls, name: string): Promise<FastifyReply> {
  const id = callId.safeParse(name);
  const path = id.success ? calls.recordingPath(id.data) : null;
  if (path === null) throw new BridgeError('not-found', 'There is no such recording.');
  const file = await openRecording(path);
  try {
    const { size: grown, mtimeMs } = await file.stat();
    const size = grown - (grown % samplePairBytes);
    const tag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
    reply.headers({
      'content-type': 'audio/wav',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-disposition': `inline; filename="${name}.wav"`,
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
    const head = Buffer.alloc(Math.min(wavHeadMaxBytes, size));
    await file.read(head, 0, head.length, 0);
    const stream = Readable.from(bytesOf(file, fittingHead(head, size), first, last), { objectMode: false });
    // Also when nobody read a single byte of it.
    stream.once('close', () => void file.close().catch(() => {}));
    return await reply.send(stream);
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** The bytes from `first` to `last`, the head replaced where one is given. */
async function* bytesOf(file: FileHandle, head: Buffer | null, first: number, last: number): AsyncGenerator<Buffer> {
  const start = head === null ? first : Math.max(first, head.length);
  if (head !== null && first < head.length) yield head.subarray(first, Math.min(head.length, last + 1));
  if (start <= last) yield* file.createReadStream({ start, end: last, autoClose: false });
}

async function openRecording(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new BridgeError('not-found', 'The recording of this call is not on disk any more.', { cause: error });
  }
}
