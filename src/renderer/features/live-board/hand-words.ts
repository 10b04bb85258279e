import type { Involvement, Segment } from '#bridge/contract/calls.ts';
import { splitHeard } from './heard.ts';

/** Of what a person did, what stands as a line across the transcript. */
export const isHandover = ({ action }: Pick<Involvement, 'action'>): boolean =>
  action === 'took-over' || action === 'gave-back' || action === 'stepped-back' || action === 'reclaimed' || action === 'transferred';

/**
 * What a takeover cut off: the words of the AI that the lead no longer heard. @returns null when it was silent
 */
export function cutBy({ startMs }: Pick<Involvement, 'startMs'>, transcript: readonly Segment[]): string | null {
  const cut = transcript.findLast(
    ({ speaker, interrupted, startMs: from, endMs }) =>
      speaker === 'ai' && interrupted === true && from <= startMs && endMs >= startMs - 1_500,
  );
  const unheard = cut ? splitHeard(cut).unheard.trim() : '';
  return unheard === '' ? null : unheard;
}

/** @param who `You`, or the person's name @param agent by what name the AI goes */
export function handWords({ action, detail }: Pick<Involvement, 'action' | 'detail'>, who: string, agent: string): string {
  const more = detail === undefined || detail.trim() === '' ? '' : ` ${sentence(detail)}`;
  switch (action) {
    case 'took-over':
      return `${who} took over.${more.replace("the AI's", `${agent}'s`)}`;
    case 'gave-back':
      return `${who} gave the call back to ${agent}.${more === '' ? '' : ` Note: ${detail?.trim()}`}`;
    case 'stepped-back':
      // A colleague who was on the line has it then, and the detail says so.
      return `${who} stepped back.${more === '' ? ` ${agent} waits for the lead.` : more}`;
    case 'reclaimed':
      return `${agent} took the call back by itself.${more}`;
    case 'transferred':
      return `${who} transferred the call${detail === undefined ? '' : ` ${detail.trim()}`}.`;
    case 'said':
      return `${who} had ${agent} say a line.${more}`;
    case 'coached':
      return `${who} gave ${agent} a hint.`;
    case 'listened':
      return `${who} listened.`;
    case 'marked':
      return `${who} marked a moment.`;
    case 'corrected':
      return `${who} told who picked up.`;
    case 'hung-up':
      return `${who} hung up.`;
  }
}

function sentence(text: string): string {
  const whole = text.trim();
  const first = whole.charAt(0).toUpperCase() + whole.slice(1);
  return /[.?!”"]$/.test(first) ? first : `${first}.`;
}
