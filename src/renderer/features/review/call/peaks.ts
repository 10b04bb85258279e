import type { OperationOutput } from '../../../client/operations.ts';

export type Peaks = OperationOutput<'calls.peaks'>;

/** More buckets than this no screen shows, and an hour of 20 ms ones would be a megabyte. */
const bucketsMax = 12_000;
const shortestBucketMs = 20;

/** How long a bucket should be for a recording. */
export function bucketFor(durationMs: number): number {
  const wanted = Math.ceil(durationMs / bucketsMax / 10) * 10;
  return Math.min(1_000, Math.max(shortestBucketMs, wanted));
}

/** The loudest value that is drawn at full height: quiet calls are drawn larger, but noise is not blown up to speech. */
const quietest = 64;
/** Levels come already evened out; this gives back the difference between loud and soft syllables. */
const curve = 1.4;
/** Below this share of full height it is the noise of the line. */
const noise = 0.05;

export interface Bar {
  /** px from the beginning of the recording. */
  readonly x: number;
  readonly atMs: number;
  /** 0 to 1; 0 for silence, which is drawn as the bare line. */
  readonly lead: number;
  readonly ours: number;
}

/** What the tallest bar of this recording stands for. */
export function fullScale({ lead, ours }: Pick<Peaks, 'lead' | 'ours'>): number {
  let most = quietest;
  for (const value of lead) if (value > most) most = value;
  for (const value of ours) if (value > most) most = value;
  return most;
}

/**
 * The bars of one stretch of the picture. Bars stand on a fixed grid from the beginning of the recording, so that nothing flickers while
 * somebody scrolls.
 *
 * @param fromX @param toX px from the beginning of the recording @param pxPerMs how far it is zoomed @param pitch px from bar to bar
 */
export function bars(peaks: Peaks, full: number, fromX: number, toX: number, pxPerMs: number, pitch: number): readonly Bar[] {
  const { lead, ours, bucketMs } = peaks;
  const made: Bar[] = [];
  for (let index = Math.max(0, Math.floor(fromX / pitch)); index * pitch < toX; index++) {
    const x = index * pitch;
    const first = Math.floor(x / pxPerMs / bucketMs);
    const last = Math.max(first + 1, Math.floor((x + pitch) / pxPerMs / bucketMs));
    if (first >= Math.max(lead.length, ours.length)) break;
    made.push({ x, atMs: x / pxPerMs, lead: height(lead, first, last, full), ours: height(ours, first, last, full) });
  }
  return made;
}

function height(values: readonly number[], first: number, last: number, full: number): number {
  let sum = 0;
  for (let at = first; at < last; at++) sum += values[at] ?? 0;
  const share = sum / (last - first) / full;
  return share < noise ? 0 : share ** curve;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Shorter pauses belong to talking. */
const silenceMinMs = 1_200;
/** So much of a silence stays on each side, that a word is not cut. */
const marginMs = 250;

/** Where nobody speaks, with a margin left around the words: what "Skip silence" jumps over. */
export function silences({ lead, ours, bucketMs, durationMs }: Peaks): readonly Stretch[] {
  const threshold = noise * fullScale({ lead, ours });
  const found: Stretch[] = [];
  const buckets = Math.max(lead.length, ours.length);
  let since: number | null = null;
  for (let at = 0; at <= buckets; at++) {
    const isSilent = at < buckets && (lead[at] ?? 0) < threshold && (ours[at] ?? 0) < threshold;
    if (isSilent) {
      since ??= at;
      continue;
    }
    if (since !== null && (at - since) * bucketMs >= silenceMinMs) {
      const toMs = Math.min(durationMs, at * bucketMs) - marginMs;
      found.push({ fromMs: since === 0 ? 0 : since * bucketMs + marginMs, toMs: at === buckets ? durationMs : toMs });
    }
    since = null;
  }
  return found;
}

const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200] as const;
const tickMinPx = 96;

/** Times for the axis, on round seconds. @returns milliseconds */
export function ticks(durationMs: number, pxPerMs: number): readonly number[] {
  const step = 1_000 * (tickSteps.find((seconds) => seconds * 1_000 * pxPerMs >= tickMinPx) ?? 3_600);
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, index) => index * step);
}
