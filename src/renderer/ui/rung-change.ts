import type { CallSummary, RungChange } from '#bridge/contract/calls.ts';
import type { Rung } from '#bridge/contract/words.ts';
import { rungWords } from './format.ts';

/** From best to worst. */
const order: readonly Rung[] = ['realtime', 'live', 'cascade', 'relay', 'turn-based', 'announcement'];

/** Whether a change went down the ladder. */
export const isFall = ({ from, to }: Pick<RungChange, 'from' | 'to'>): boolean => from !== null && order.indexOf(to) > order.indexOf(from);

/** The change by which the call came to the voice that speaks now, when that was a fall; null when it was not, or no voice has changed. */
export function fallOf({ rung, rungChange }: Pick<CallSummary, 'rung' | 'rungChange'>): (RungChange & { readonly from: Rung }) | null {
  if (!rungChange || rungChange.to !== rung || rungChange.from === null || !isFall(rungChange)) return null;
  return { ...rungChange, from: rungChange.from };
}

/** Why another voice speaks, as `Realtime to Cascade: the socket was cut`. */
export function changeWords({ from, to, because }: Pick<RungChange, 'from' | 'to' | 'because'>): string {
  return `${from === null ? rungWords[to] : `${rungWords[from]} to ${rungWords[to]}`}: ${because}`;
}
