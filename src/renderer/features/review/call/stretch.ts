import type { Segment } from '#bridge/contract/calls.ts';

/** A part of a recording, in milliseconds from its beginning. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}
export type Edge = keyof Stretch;

/** The bridge keeps none that is shorter. */
const shortestMs = 200;
/** So much is cut along with a line on each side: words do not begin to the millisecond. */
const marginMs = 100;
/** A line that begins so soon is what is meant. */
const soonMs = 500;
/** So much on each side of a moment at which nobody speaks. */
const aroundMs = 5_000;

/** What somebody probably wants who cuts here: the line that is said, or some seconds around. */
export function stretchAt(atMs: number, transcript: readonly Pick<Segment, 'startMs' | 'endMs'>[], durationMs: number): Stretch {
  const line = transcript.findLast(({ startMs, endMs }) => startMs - soonMs <= atMs && atMs < endMs);
  const wanted = line
    ? { fromMs: line.startMs - marginMs, toMs: line.endMs + marginMs }
    : { fromMs: atMs - aroundMs, toMs: atMs + aroundMs };
  return inside({ fromMs: Math.round(wanted.fromMs), toMs: Math.round(wanted.toMs) }, durationMs);
}

/** One end goes where it is put, as far as the recording goes, and pushes the other one along when it meets it. */
export function withEdge({ fromMs, toMs }: Stretch, edge: Edge, ms: number, durationMs: number): Stretch {
  const wanted = Math.round(ms);
  if (edge === 'fromMs') {
    const from = Math.max(0, Math.min(wanted, durationMs - shortestMs));
    return { fromMs: from, toMs: Math.max(toMs, from + shortestMs) };
  }
  const to = Math.min(durationMs, Math.max(wanted, shortestMs));
  return { fromMs: Math.min(fromMs, to - shortestMs), toMs: to };
}

function inside({ fromMs, toMs }: Stretch, durationMs: number): Stretch {
  const from = Math.max(0, Math.min(fromMs, durationMs - shortestMs));
  return { fromMs: from, toMs: Math.min(durationMs, Math.max(toMs, from + shortestMs)) };
}

/** `1:02.5`: to the tenth, which is as near as an ear tells. */
export function tenths(ms: number): string {
  const all = Math.round(ms / 100);
  const [minutes, seconds, rest] = [Math.floor(all / 600), Math.floor(all / 10) % 60, all % 10];
  return `${minutes}:${String(seconds).padStart(2, '0')}.${rest}`;
}

/** @param text `1:02.5`, `0:07`, or seconds alone @returns milliseconds; null when it is no time */
export function readTime(text: string): number | null {
  const [, minutes, seconds] = /^\s*(?:(\d{1,4}):)?(\d{1,5}(?:[.,]\d{1,3})?)\s*$/.exec(text) ?? [];
  if (seconds === undefined) return null;
  const ms = Math.round(Number(seconds.replace(',', '.')) * 1_000);
  if (minutes !== undefined && ms >= 60_000) return null;
  return Number(minutes ?? 0) * 60_000 + ms;
}

/** As it stands in names of files: `0m07s`. */
export function fileTime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** The address of a stretch as a file of its own. @param ticketUrl of `recordings.ticket` */
export function stretchUrl(ticketUrl: string, { fromMs, toMs }: Stretch): string {
  return `${ticketUrl}&fromMs=${fromMs}&toMs=${toMs}`;
}
