import type { Involvement, Mark, Nudge, Segment, ToolCall } from '#bridge/contract/calls.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { cutBy, isHandover } from './hand-words.ts';
import { splitHeard } from './heard.ts';

/** A line of the transcript; what was said, what the AI did, and what a person marked, by the time since the answer. */
export type Line =
  | {
      readonly kind: 'words';
      readonly atMs: number;
      readonly key: string;
      readonly segment: Segment;
      readonly heard: string;
      readonly unheard: string;
    }
  | { readonly kind: 'tool'; readonly atMs: number; readonly key: string; readonly toolCall: ToolCall }
  | { readonly kind: 'mark'; readonly atMs: number; readonly key: string; readonly mark: Mark }
  | { readonly kind: 'nudge'; readonly atMs: number; readonly key: string; readonly nudge: Nudge; readonly usedIn: Segment | null }
  | { readonly kind: 'hand'; readonly atMs: number; readonly key: string; readonly involvement: Involvement; readonly cut: string | null };

/** @param answeredAt of the call; hints are told by the clock, all else by the audio */
export function linesOf(
  { transcript, toolCalls, marks, nudges, involvements }: CallDetail,
  answeredAt: string | null = null,
): readonly Line[] {
  const startMs = answeredAt === null ? 0 : Date.parse(answeredAt);
  const lines: Line[] = [
    ...transcript.map((segment): Line => {
      const { heard, unheard } = splitHeard(segment);
      return { kind: 'words', atMs: segment.startMs, key: segment.id, segment, heard, unheard };
    }),
    ...toolCalls.map((toolCall): Line => ({ kind: 'tool', atMs: toolCall.atMs, key: `${toolCall.atMs} ${toolCall.name}`, toolCall })),
    ...marks.map((mark): Line => ({ kind: 'mark', atMs: mark.offsetMs, key: mark.id, mark })),
    ...nudges.map(
      (nudge): Line => ({
        kind: 'nudge',
        atMs: Math.max(0, Date.parse(nudge.at) - startMs),
        key: nudge.id,
        nudge,
        usedIn: transcript.find(({ id }) => id === nudge.usedIn) ?? null,
      }),
    ),
    ...involvements.filter(isHandover).map(
      (involvement): Line => ({
        kind: 'hand',
        atMs: involvement.startMs,
        key: involvement.id,
        involvement,
        cut: involvement.action === 'took-over' ? cutBy(involvement, transcript) : null,
      }),
    ),
  ];
  return lines.sort((a, b) => a.atMs - b.atMs);
}

const toolWords: Readonly<Record<string, string>> = {
  end_call: 'Ended the call',
  mark_opt_out: 'Removed from all lists',
  opt_out: 'Removed from all lists',
  schedule_callback: 'Noted a callback',
  request_callback: 'Noted a callback',
  set_disposition: 'Set the disposition',
  transfer_call: 'Asked for a transfer',
};

/** What the AI did, in plain words. */
export function toolWord(name: string): string {
  const known = toolWords[name];
  if (known !== undefined) return known;
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
