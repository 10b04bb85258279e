import type { CallSummary, RungChange } from '#bridge/contract/calls.ts';
import type { LadderStep } from '#bridge/contract/words.ts';
import { stepWords } from './format.ts';

/** From best to worst. */
const order: readonly LadderStep[] = ['realtime', 'live', 'cascade', 'relay', 'turn-based', 'human', 'announcement'];

/** Whether a change went down the ladder. */
export const isFall = ({ from, to }: Pick<RungChange, 'from' | 'to'>): boolean => from !== null && order.indexOf(to) > order.indexOf(from);

/** The change by which the call came to who speaks now, or is rung, when that was a fall; null when it was not, or nothing has changed. */
export function fallOf({
  rung,
  rungChange,
}: Pick<CallSummary, 'rung' | 'rungChange'>): (RungChange & { readonly from: LadderStep }) | null {
  if (!rungChange || (rungChange.to !== rung && rungChange.to !== 'human') || rungChange.from === null || !isFall(rungChange)) return null;
  return { ...rungChange, from: rungChange.from };
}

/** From whom to whom, as `Realtime to Cascade`. */
export function stepsWords({ from, to }: Pick<RungChange, 'from' | 'to'>): string {
  return from === null ? stepWords[to] : `${stepWords[from]} to ${stepWords[to]}`;
}

/** Why another voice speaks, as `Realtime to Cascade: the socket was cut`. */
export function changeWords({ from, to, because }: Pick<RungChange, 'from' | 'to' | 'because'>): string {
  return `${stepsWords({ from, to })}: ${because}`;
}
