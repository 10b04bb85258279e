import { clock } from '../../../ui/format.ts';
import type { Stretch } from './peaks.ts';
import { type Row, rowAt } from './transcript-rows.ts';

/** Which end of a stretch. */
export type End = keyof Stretch;

/** What is shorter is no clip: the bridge refuses it. */
export const shortestMs = 200;
/** Ends stand on tenths of a second, which is what their fields show. */
const gridMs = 100;
/** In a silence a clip begins so much before the playhead, and ends so much after it. */
const aroundMs = 5_000;

/** What is cut out first: the line that is spoken at this moment, or some seconds around it. */
export function stretchAt(rows: readonly Row[], ms: number, durationMs: number): Stretch {
  const row = rows[rowAt(rows, ms)];
  const isSpoken = row?.kind === 'spoken' && ms < row.endMs;
  const { fromMs, toMs } = isSpoken ? { fromMs: row.atMs, toMs: row.endMs } : { fromMs: ms - aroundMs, toMs: ms + aroundMs };
  const [from, to] = [Math.floor(fromMs / gridMs) * gridMs, Math.ceil(toMs / gridMs) * gridMs];
  const end = Math.min(durationMs, Math.max(to, from + shortestMs, shortestMs));
  return { fromMs: Math.max(0, Math.min(from, end - shortestMs)), toMs: end };
}

/** How far an end can go while the other one stays where it is. */
export function boundsOf({ fromMs, toMs }: Stretch, end: End, durationMs: number): { readonly leastMs: number; readonly mostMs: number } {
  return end === 'fromMs' ? { leastMs: 0, mostMs: toMs - shortestMs } : { leastMs: fromMs + shortestMs, mostMs: durationMs };
}

/** An end is pushed: it stops before the other one. */
export function moveEnd(stretch: Stretch, end: End, ms: number, durationMs: number): Stretch {
  const { leastMs, mostMs } = boundsOf(stretch, end, durationMs);
  return { ...stretch, [end]: Math.max(leastMs, Math.min(mostMs, Math.round(ms / gridMs) * gridMs)) };
}

/** An end is written: where it would pass the other one, that goes along and the length stays, as far as there is room. */
export function writeEnd(stretch: Stretch, end: End, ms: number, durationMs: number): Stretch {
  const { leastMs, mostMs } = boundsOf(stretch, end, durationMs);
  if (ms >= leastMs && ms <= mostMs) return { ...stretch, [end]: ms };
  const lengthMs = stretch.toMs - stretch.fromMs;
  if (end === 'fromMs') {
    const fromMs = Math.max(0, Math.min(ms, durationMs - shortestMs));
    return { fromMs, toMs: Math.min(durationMs, fromMs + lengthMs) };
  }
  const toMs = Math.min(durationMs, Math.max(ms, shortestMs));
  return { fromMs: Math.max(0, toMs - lengthMs), toMs };
}

/** Where an end was when the pointer took it, and where the pointer was. */
export interface Grip {
  readonly ms: number;
  readonly x: number;
}

/** An end keeps its distance to the pointer that took it. */
export function draggedTo({ ms, x }: Grip, nowX: number, pxPerMs: number): number {
  return ms + (nowX - x) / pxPerMs;
}

const tenthMs = 100;
const secondMs = 1_000;
const steps: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** Where a key takes an end. @returns null for a key that moves nothing */
export function keyedTo(stretch: Stretch, end: End, key: string, isLarge: boolean, durationMs: number): number | null {
  const { leastMs, mostMs } = boundsOf(stretch, end, durationMs);
  if (key === 'Home') return leastMs;
  if (key === 'End') return mostMs;
  const step = steps[key];
  return step === undefined ? null : stretch[end] + step * (isLarge ? secondMs : tenthMs);
}

/** `0:12.3`; a tenth counts when it is over. */
export function preciseTime(ms: number): string {
  return `${clock(ms)}.${Math.floor(ms / tenthMs) % 10}`;
}

/** `0:12.3-0:15.0`, with the dash of a range. */
export function stretchWords({ fromMs, toMs }: Stretch): string {
  return `${preciseTime(fromMs)}\u2013${preciseTime(toMs)}`;
}

/** Read `1:02` or `1:02.5`, with hours where a call is so long. @returns milliseconds; null when it is no such time */
export function readTime(text: string): number | null {
  const parts = /^(?:(\d{1,2}):(?=[0-5]\d:))?(\d{1,3}):([0-5]\d)(?:\.(\d))?$/.exec(text.trim());
  if (!parts) return null;
  const [hours = 0, minutes = 0, seconds = 0, tenths = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * secondMs + tenths * tenthMs;
}

/** What is wrong with a time that somebody wrote; null when nothing is. */
export function timeProblem(text: string, durationMs: number): string | null {
  const ms = readTime(text);
  if (ms === null) return 'Write it as 1:02 or 1:02.5';
  return ms > durationMs ? `The call ends at ${preciseTime(durationMs)}` : null;
}

const nameMost = 60;

/** What the file of a clip is called: `call-Gloria-Tennant-0m12s.wav`. @param name of the lead, or the number */
export function clipFileName(name: string, fromMs: number): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, nameMost);
  const seconds = Math.floor(fromMs / secondMs);
  return `call-${plain || 'lead'}-${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s.wav`;
}
