import type { Call, Segment, ToolCall } from '#bridge/contract/calls.ts';
import type { Speaker } from '#bridge/contract/words.ts';
import { handWords, isHandover } from '../../live-board/hand-words.ts';
import { toolWords } from './tool-words.ts';

/** What somebody said. Times count from the answer, as those of the recording do. */
export interface SpokenRow {
  readonly kind: 'spoken';
  readonly id: string;
  readonly atMs: number;
  readonly endMs: number;
  readonly speaker: Exclude<Speaker, 'system'>;
  readonly name: string;
  /** What reached the lead's ear. */
  readonly heard: string;
  /** Words that were made and cut off before the ear got them; '' when there are none. */
  readonly unheard: string;
  /** Where the ear stopped is only known by proportion. */
  readonly isEstimate: boolean;
  readonly isFinal: boolean;
}

export interface ToolRow {
  readonly kind: 'tool';
  readonly id: string;
  readonly atMs: number;
  readonly title: string;
  readonly detail: string | null;
  readonly ms: number | null;
  readonly failed: boolean;
  readonly input: string;
  readonly output: string;
}

/** Something that happened to the line, told by Ringside. */
export interface LineRow {
  readonly kind: 'line';
  readonly id: string;
  readonly atMs: number;
  readonly text: string;
}

export type Row = SpokenRow | ToolRow | LineRow;

type Said = Pick<Call, 'transcript' | 'toolCalls' | 'agentName'> & Partial<Pick<Call, 'involvements'>>;

/** Everything of a conversation in the order in which it happened. */
export function transcriptRows({ transcript, toolCalls, agentName, involvements = [] }: Said): readonly Row[] {
  const agent = voiceName('ai', agentName);
  const hands = involvements
    .filter(isHandover)
    .map((one): LineRow => ({ kind: 'line', id: one.id, atMs: one.startMs, text: handWords(one, one.who, agent) }));
  const rows = [...transcript.flatMap((segment) => segmentRow(segment, agentName)), ...toolCalls.map(toolRow), ...hands];
  return rows.toSorted((a, b) => a.atMs - b.atMs);
}

/** How a voice is called in a transcript. */
export function voiceName(speaker: SpokenRow['speaker'], agentName: string): string {
  if (speaker === 'lead') return 'Lead';
  return speaker === 'operator' ? 'Person' : agentName.split(',')[0]?.trim() || 'AI';
}

function segmentRow(segment: Segment, agentName: string): readonly Row[] {
  const { id, speaker, startMs: atMs, endMs } = segment;
  const { heard, unheard } = heardParts(segment);
  if (heard === '' && unheard === '') return [];
  if (speaker === 'system') return [{ kind: 'line', id, atMs, text: heard || unheard }];
  const isEstimate = segment.heardEstimated === true;
  const name = voiceName(speaker, agentName);
  return [{ kind: 'spoken', id, atMs, endMs, speaker, name, heard, unheard, isEstimate, isFinal: segment.final }];
}

/** A text parted where the ear stopped. */
export function heardParts({ text, heardText }: Pick<Segment, 'text' | 'heardText'>): { readonly heard: string; readonly unheard: string } {
  const whole = text.trim();
  if (heardText === undefined) return { heard: whole, unheard: '' };
  const heard = heardText.trim();
  return { heard, unheard: whole.startsWith(heard) ? whole.slice(heard.length).trim() : '' };
}

function toolRow({ name, arguments: input, result: output, atMs, ms }: ToolCall, index: number): ToolRow {
  return { kind: 'tool', id: `tool-${index}`, atMs, ms: ms ?? null, input, output, ...toolWords(name, input, output) };
}

/** So far back can begin what still sounds while others have spoken in between. */
const overlapsMost = 6;

/**
 * The line that is spoken at a moment: of those that sound the one that began last, since people talk over each other; in a silence the
 * one before it.
 *
 * @returns -1 before the first
 */
export function rowAt(rows: readonly Row[], ms: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.atMs ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  let last = -1;
  for (let at = low - 1, looked = 0; at >= 0 && looked < overlapsMost; at--) {
    const row = rows[at];
    if (row?.kind !== 'spoken') continue;
    if (ms < row.endMs) return at;
    if (last === -1) last = at;
    looked += 1;
  }
  return last;
}

/** Where to go for the line before or after. @param by -1 or 1 @returns the moment of that line; null when there is none */
export function jumpFrom(rows: readonly Row[], ms: number, by: -1 | 1): number | null {
  const spoken = rows.filter(({ kind }) => kind === 'spoken');
  if (by === 1) return spoken.find(({ atMs }) => atMs > ms + jumpSlackMs)?.atMs ?? null;
  // Shortly after its beginning, "the line before" is the one before; later it is the beginning of this one.
  return spoken.findLast(({ atMs }) => atMs < ms - replayMs)?.atMs ?? spoken[0]?.atMs ?? null;
}

const jumpSlackMs = 20;
const replayMs = 1_200;

/**
 * Which word is spoken at a moment, by interpolation over the letters: nobody gives word times.
 *
 * @returns the place of the word in `heard`; null when the line is not being spoken
 */
export function wordAt({ heard, atMs, endMs }: SpokenRow, ms: number): { readonly start: number; readonly end: number } | null {
  if (heard === '' || ms < atMs || ms >= endMs) return null;
  const letter = Math.min(heard.length - 1, Math.floor((heard.length * (ms - atMs)) / Math.max(1, endMs - atMs)));
  const start = heard.lastIndexOf(' ', letter) + 1;
  const end = heard.indexOf(' ', Math.max(start, letter));
  // On the space itself the word before it is still in the ear.
  if (heard[letter] === ' ') return { start: heard.lastIndexOf(' ', letter - 1) + 1, end: letter };
  return { start, end: end === -1 ? heard.length : end };
}
