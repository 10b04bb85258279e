import type { Call } from '#bridge/contract/calls.ts';
import { clock, counted, percent } from '../../../ui/format.ts';

export interface TalkView {
  /** Shares of the call, together 1. */
  readonly lead: number;
  readonly ours: number;
  readonly silence: number;
  /** Of what was said, how much the lead said; null when nobody spoke. */
  readonly leadOfTalk: number | null;
}

/** Who talked how much; null while that is not known. */
export function talkView(talk: Call['talk']): TalkView | null {
  if (!talk) return null;
  const { leadMs, ourMs, silenceMs } = talk;
  const total = leadMs + ourMs + silenceMs;
  if (total === 0) return null;
  const said = leadMs + ourMs;
  return {
    lead: leadMs / total,
    ours: ourMs / total,
    silence: silenceMs / total,
    leadOfTalk: said === 0 ? null : leadMs / said,
  };
}

/** How often one side cut the other off in the middle of a sentence, in words. */
export function interruptions(transcript: Call['transcript']): { readonly count: number; readonly words: string } {
  const count = transcript.filter(({ speaker, interrupted }) => interrupted === true && speaker !== 'system').length;
  return { count, words: count === 0 ? 'none' : counted(count, 'sentence cut off', 'sentences cut off') };
}

/** As a line for screen readers and beside the bar. */
export function talkWords({ leadMs, ourMs, silenceMs }: NonNullable<Call['talk']>, { lead, ours, silence }: TalkView): string {
  return `Lead ${clock(leadMs)}, ${percent(lead)}. We ${clock(ourMs)}, ${percent(ours)}. Silence ${clock(silenceMs)}, ${percent(silence)}.`;
}
