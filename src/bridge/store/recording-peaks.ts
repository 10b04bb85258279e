import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Peaks, PeaksQuery } from './reader.ts';
import { codeOf } from './store-errors.ts';
import { audioBytesOf, blockBytes, bytesPerSecond, headerBytes, sampleRateHz } from './wav-header.ts';

/** Read at once: half a minute of audio. */
const chunkBytes = 1024 * 1024;
/** All pictures that are kept, together: some hundred calls. */
const keptMaxBytes = 16 * 1024 * 1024;

interface Picture {
  /** Audio that is in it, in whole buckets. */
  doneBytes: number;
  lead: Uint8Array;
  ours: Uint8Array;
}

/** By file and bucket, least recently asked for first. */
const kept = new Map<string, Picture>();

/**
 * Loudness of a recording, a bucket at a time: the highest sample of each side, 0 to 255. A recording that still grows is answered as far as
 * it is on the disk, and only what is new is read the next time. Blocks its thread while it reads.
 *
 * @returns null when there is no such file
 */
export function recordingPeaks({ path, bucketMs }: PeaksQuery & { readonly path: string }): Peaks | null {
  const file = openFile(path);
  if (file === null) return null;
  try {
    const audioBytes = audioBytesOf(fstatSync(file).size);
    const bucketBytes = ((sampleRateHz * bucketMs) / 1000) * blockBytes;
    const buckets = Math.ceil(audioBytes / bucketBytes);
    const key = `${bucketMs} ${path}`;
    const before = kept.get(key);
    // A file that became shorter is another one.
    const picture = before && before.doneBytes <= audioBytes ? before : { doneBytes: 0, lead: new Uint8Array(), ours: new Uint8Array() };
    picture.lead = resized(picture.lead, buckets);
    picture.ours = resized(picture.ours, buckets);
    draw(file, picture, audioBytes, bucketBytes);
    // The last bucket may not be full yet; it is drawn again.
    picture.doneBytes = audioBytes - (audioBytes % bucketBytes);
    keep(key, picture);
    return { durationMs: Math.round((audioBytes / bytesPerSecond) * 1000), bucketMs, lead: picture.lead, ours: picture.ours };
  } finally {
    closeSync(file);
  }
}

function draw(file: number, picture: Picture, audioBytes: number, bucketBytes: number): void {
  const buffer = Buffer.allocUnsafe(Math.max(bucketBytes, chunkBytes - (chunkBytes % bucketBytes)));
  for (let at = picture.doneBytes; at < audioBytes; at += buffer.length) {
    const wanted = Math.min(buffer.length, audioBytes - at);
    const read = readWhole(file, buffer, wanted, headerBytes + at);
    for (let start = 0; start < read; start += bucketBytes) {
      const bucket = (at + start) / bucketBytes;
      const end = Math.min(read, start + bucketBytes);
      picture.lead[bucket] = highest(buffer, start, end);
      picture.ours[bucket] = highest(buffer, start + blockBytes / 2, end);
    }
    // Somebody has cut the file meanwhile; the rest stays silent.
    if (read < wanted) return;
  }
}

/** @returns the highest sample of one side, its 15 bits brought down to 8 */
function highest(buffer: Buffer, start: number, end: number): number {
  let peak = 0;
  for (let at = start; at < end; at += blockBytes) {
    const sample = Math.abs(buffer.readInt16LE(at));
    if (sample > peak) peak = sample;
  }
  return Math.min(255, peak >> 7);
}

function readWhole(file: number, buffer: Buffer, bytes: number, position: number): number {
  let done = 0;
  while (done < bytes) {
    const read = readSync(file, buffer, done, bytes - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done - (done % blockBytes);
}

function keep(key: string, picture: Picture): void {
  kept.delete(key);
  kept.set(key, picture);
  let bytes = 0;
  for (const { lead, ours } of kept.values()) bytes += lead.length + ours.length;
  for (const [oldest, { lead, ours }] of kept) {
    if (bytes <= keptMaxBytes) return;
    kept.delete(oldest);
    bytes -= lead.length + ours.length;
  }
}

function resized(values: Uint8Array, length: number): Uint8Array {
  if (values.length === length) return values;
  const others = new Uint8Array(length);
  others.set(values.subarray(0, length));
  return others;
}

function openFile(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
