import type { Mark, Segment, ToolCall } from '#bridge/contract/calls.ts';
import type { CallDetail } from '../../client/live-store.ts';

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
  | { readonly kind: 'mark'; readonly atMs: number; readonly key: string; readonly mark: Mark };

export function linesOf({ transcript, toolCalls, marks }: CallDetail): readonly Line[] {
  const lines: Line[] = [
    ...transcript.map((segment): Line => {
      const { heard, unheard } = splitHeard(segment);
      return { kind: 'words', atMs: segment.startMs, key: segment.id, segment, heard, unheard };
    }),
    ...toolCalls.map((toolCall): Line => ({ kind: 'tool', atMs: toolCall.atMs, key: `${toolCall.atMs} ${toolCall.name}`, toolCall })),
    ...marks.map((mark): Line => ({ kind: 'mark', atMs: mark.offsetMs, key: mark.id, mark })),
  ];
  return lines.sort((a, b) => a.atMs - b.atMs);
}

/** What the ear received of a segment, and what was cut off. */
export function splitHeard({ text, heardText, interrupted }: Pick<Segment, 'text' | 'heardText' | 'interrupted'>): {
  readonly heard: string;
  readonly unheard: string;
} {
  if (!interrupted || heardText === undefined) return { heard: text, unheard: '' };
  return text.startsWith(heardText) ? { heard: heardText, unheard: text.slice(heardText.length) } : { heard: heardText, unheard: '' };
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
