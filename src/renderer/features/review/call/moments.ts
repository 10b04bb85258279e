import type { Call, Involvement } from '#bridge/contract/calls.ts';
import { optOutTool, toolWords } from './tool-words.ts';

/** A labelled line across the waveform. */
export interface Moment {
  readonly key: string;
  readonly atMs: number;
  readonly kind: 'cut-off' | 'disclosure' | 'tool' | 'mark' | 'opt-out' | 'person';
  readonly words: string;
}

/** Which label gets its place first where two would meet. */
const weight: Readonly<Record<Moment['kind'], number>> = { mark: 0, 'opt-out': 1, person: 2, 'cut-off': 3, disclosure: 4, tool: 5 };

/** Of what people did, what changes who has the call. */
const handovers: Readonly<Partial<Record<Involvement['action'], string>>> = {
  'took-over': 'Taken over',
  'gave-back': 'Given back',
  'stepped-back': 'Stepped back',
  reclaimed: 'Taken back by the AI',
  transferred: 'Transferred',
};

type Told = Pick<Call, 'transcript' | 'toolCalls' | 'marks' | 'involvements' | 'disclosurePlayedAt' | 'answeredAt'>;

export function moments(call: Told): readonly Moment[] {
  const { transcript, toolCalls, marks, involvements, disclosurePlayedAt, answeredAt } = call;
  const found: Moment[] = [];
  for (const { id, action, startMs } of involvements) {
    const words = handovers[action];
    if (words !== undefined) found.push({ key: id, atMs: startMs, kind: 'person', words });
  }
  const isTakenOver = involvements.some(({ action }) => action === 'took-over');
  let previous: string | null = null;
  for (const { id, speaker, interrupted, startMs, endMs } of transcript.toSorted((a, b) => a.startMs - b.startMs)) {
    if (interrupted) found.push({ key: `cut-${id}`, atMs: endMs, kind: 'cut-off', words: 'Cut off' });
    if (speaker === 'operator' && previous !== 'operator' && !isTakenOver) {
      found.push({ key: `person-${id}`, atMs: startMs, kind: 'person', words: 'A person speaks' });
    }
    if (speaker === 'operator' || speaker === 'ai') previous = speaker;
  }
  if (disclosurePlayedAt !== null && answeredAt !== null) {
    const atMs = Math.max(0, Date.parse(disclosurePlayedAt) - Date.parse(answeredAt));
    found.push({ key: 'disclosure', atMs, kind: 'disclosure', words: 'Disclosure heard' });
  }
  for (const [index, { name, arguments: input, result, atMs }] of toolCalls.entries()) {
    const isOptOut = name === optOutTool;
    const words = isOptOut ? 'Asked to stop' : toolWords(name, input, result).title;
    found.push({ key: `tool-${index}`, atMs, kind: isOptOut ? 'opt-out' : 'tool', words });
  }
  for (const { id, offsetMs, note } of marks) found.push({ key: id, atMs: offsetMs, kind: 'mark', words: note || 'Mark' });
  return found.toSorted((a, b) => a.atMs - b.atMs);
}

export interface PlacedMoment extends Moment {
  readonly x: number;
  /** On which side of its line the label stands; where it has no room, only the line does. */
  readonly label: 'right' | 'left' | null;
}

/**
 * Puts labels beside their lines so that none runs into another, and none is crossed by the line of another where a side is free of lines.
 *
 * @param xOf the place of a moment in px @param widthOf the width of a label in px, its gap to the next one included
 * @param endX where the last label has to end
 */
export function placeMoments(
  all: readonly Moment[],
  xOf: (atMs: number) => number,
  widthOf: (moment: Moment) => number,
  endX: number,
): readonly PlacedMoment[] {
  const lines = all.map(({ atMs }) => xOf(atMs));
  const taken: { readonly from: number; readonly to: number }[] = [];
  const labels = new Map<string, 'right' | 'left'>();
  const isFree = (from: number, to: number) => from >= 0 && to <= endX && !taken.some((other) => from < other.to && other.from < to);
  const isCrossed = (from: number, to: number) => lines.some((x) => from < x && x < to);
  for (const moment of all.toSorted((a, b) => weight[a.kind] - weight[b.kind] || a.atMs - b.atMs)) {
    const x = xOf(moment.atMs);
    const width = widthOf(moment);
    const sides = [
      { label: 'right', from: x, to: x + width },
      { label: 'left', from: x - width, to: x },
    ] as const;
    const free = sides.filter(({ from, to }) => isFree(from, to));
    // Between two lines that are near, the label stands before one of them and hides its head.
    const place = free.find(({ from, to }) => !isCrossed(from, to)) ?? free[0];
    if (place === undefined) continue;
    taken.push(place);
    labels.set(moment.key, place.label);
  }
  return all.map((moment) => ({ ...moment, x: xOf(moment.atMs), label: labels.get(moment.key) ?? null }));
}
