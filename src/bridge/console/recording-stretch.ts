import { z } from 'zod';
import { inputError } from '#bridge/contract/errors.ts';
import { audioBytesOf, blockBytesOf, type Channels, headerBytes, sampleRateHz, wavHeader } from '#bridge/store/wav-header.ts';
import { fieldProblems } from './dispatch.ts';

const milliseconds = z
  .string()
  .regex(/^\d{1,9}$/, { error: 'must be whole milliseconds', abort: true })
  .transform(Number);
const asked = z
  .object({ fromMs: milliseconds.default(0), toMs: milliseconds.optional() })
  .refine(({ fromMs, toMs }) => toMs === undefined || toMs > fromMs, { path: ['toMs'], message: 'must be after fromMs' });

/** A part of a recording, from its beginning; to its end when `toMs` is absent. */
export type Stretch = z.output<typeof asked>;

/** A part of a file as a file of its own: its head, and how much farther on in the whole file every byte behind that head is. */
export interface Cut {
  readonly sizeBytes: number;
  readonly head: Buffer;
  readonly shiftBytes: number;
}

/** @param query of the address @returns null when it asks for the whole recording @throws `input/invalid` */
export function stretchIn(query: unknown): Stretch | null {
  if (typeof query !== 'object' || query === null || !('fromMs' in query || 'toMs' in query)) return null;
  const parsed = asked.safeParse(query);
  if (parsed.success) return parsed.data;
  throw inputError(fieldProblems(parsed.error));
}

/** @param fileBytes how long the recording is at this moment @throws `input/invalid` beyond its end */
export function cutOf({ fromMs, toMs }: Stretch, fileBytes: number, channels: Channels): Cut {
  const bytesAt = (ms: number) => Math.round((ms * sampleRateHz) / 1_000) * blockBytesOf(channels);
  const whole = audioBytesOf(fileBytes, channels);
  const first = bytesAt(fromMs);
  const last = toMs === undefined ? whole : bytesAt(toMs);
  const durationMs = Math.floor((whole * 1_000) / (sampleRateHz * blockBytesOf(channels)));
  const beyond = first >= whole ? 'fromMs' : last > whole ? 'toMs' : null;
  if (beyond !== null) throw inputError([{ field: beyond, message: `is beyond the end of the recording, ${durationMs} ms` }]);
  return { sizeBytes: headerBytes + last - first, head: wavHeader(last - first, channels), shiftBytes: first };
}
