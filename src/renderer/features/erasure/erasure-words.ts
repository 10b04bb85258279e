import type { OperationOutput } from '../../client/operations.ts';
import { counted } from '../../ui/format.ts';

export type Erased = OperationOutput<'leads.erase'>;

/** What goes, as `3 calls, 2 recordings and 1 lead`; null when nothing is known of the number. */
function whatWords({ calls, recordings, leads }: Erased): string | null {
  const parts = [
    ...(calls > 0 ? [counted(calls, 'call')] : []),
    ...(recordings > 0 ? [counted(recordings, 'recording')] : []),
    ...(leads > 0 ? [counted(leads, 'lead')] : []),
  ];
  const last = parts.pop();
  if (last === undefined) return null;
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}

const heldWords = (held: number): string =>
  held === 0
    ? ''
    : held === 1
      ? ' 1 call is under a legal hold and stays as it is.'
      : ` ${held} calls are under a legal hold and stay as they are.`;

/** Beforehand: what is known of a number. */
export function foundWords(found: Erased): string {
  const what = whatWords(found);
  if (what === null) return found.held === 0 ? 'Nothing is known of this number.' : `Nothing can be erased.${heldWords(found.held)}`;
  return `${what} will be erased.${heldWords(found.held)}`;
}

/** Afterwards. */
export function erasedWords(done: Erased): string {
  const what = whatWords(done);
  return `${what === null ? 'Nothing was erased.' : `${what} erased.`}${heldWords(done.held)}`;
}

/** Whether there is anything to erase. */
export const hasAnything = ({ calls, recordings, leads }: Erased): boolean => calls + recordings + leads > 0;

/** The digits that confirm it. @param number E.164 */
export const lastFour = (number: string): string => number.slice(-4);
