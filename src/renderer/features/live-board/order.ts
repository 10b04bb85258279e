import type { CallSummary } from '#bridge/contract/calls.ts';

export type Group = 'act' | 'look' | 'person' | 'fine' | 'ended';
export const groups: readonly Group[] = ['act', 'look', 'person', 'fine', 'ended'];

export const groupWords: Readonly<Record<Group, string>> = {
  act: 'Needs a person',
  look: 'Worth a look',
  person: 'A person has it',
  fine: 'Fine',
  ended: 'Just ended',
};

/** In which group of the board a call belongs. */
export function groupOf(call: Pick<CallSummary, 'attention' | 'heldBy' | 'state'>): Group {
  if (call.state === 'ended') return 'ended';
  if (call.heldBy !== null || call.state === 'transferring') return 'person';
  return call.attention?.level ?? 'fine';
}

/** Since when the call that has waited longest has needed a person; null when none does. */
export function oldestNeed(calls: readonly Pick<CallSummary, 'attention' | 'heldBy' | 'state'>[]): string | null {
  const since = calls.flatMap((call) => (groupOf(call) === 'act' && call.attention ? [call.attention.since] : []));
  return since.toSorted(compared)[0] ?? null;
}

/** Plain order: times are ISO texts, and two hundred calls are sorted many times a second. */
const compared = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export type Sorting = 'needs' | 'oldest';

export interface Placed {
  readonly id: string;
  readonly group: Group;
}

/** The order that the calls would have now: by group, the oldest need first, then the oldest call. */
export function wantedOrder(calls: readonly CallSummary[], sorting: Sorting): readonly Placed[] {
  const rank = (call: CallSummary) => (sorting === 'oldest' ? 0 : groups.indexOf(groupOf(call)));
  const since = (call: CallSummary) => (sorting === 'needs' && call.attention ? call.attention.since : call.startedAt);
  return [...calls]
    .sort((a, b) => rank(a) - rank(b) || compared(since(a), since(b)) || compared(a.id, b.id))
    .map((call) => ({ id: call.id, group: sorting === 'oldest' ? 'fine' : groupOf(call) }));
}

/**
 * The wanted order of a board that changes many times a second. @returns the same array again for as long as no call has moved, so that
 * the list is drawn anew only then
 */
export function rememberedOrder(sorting: Sorting): (calls: ReadonlyMap<string, CallSummary>) => readonly Placed[] {
  let last: readonly Placed[] = [];
  return (calls) => {
    const now = wantedOrder([...calls.values()], sorting);
    const isSame = now.length === last.length && now.every(({ id, group }, at) => id === last[at]?.id && group === last[at]?.group);
    if (!isSame) last = now;
    return last;
  };
}

/**
 * The order that is shown. While somebody points at the list or has the focus in it nothing moves: calls keep the place and the group that
 * they were shown in, new ones are added at the end of theirs, those that are gone leave.
 */
export function heldOrder(shown: readonly Placed[], wanted: readonly Placed[]): readonly Placed[] {
  const now = new Map(wanted.map((placed) => [placed.id, placed]));
  const kept = shown.filter(({ id }) => now.has(id));
  const known = new Set(kept.map(({ id }) => id));
  const added = wanted.filter(({ id }) => !known.has(id));
  return groups.flatMap((group) => [...kept.filter((one) => one.group === group), ...added.filter((one) => one.group === group)]);
}

/** How many calls stand elsewhere than they will when the order settles. */
export function willMove(shown: readonly Placed[], wanted: readonly Placed[]): number {
  const place = new Map(wanted.map(({ id, group }, index) => [id, `${group} ${index}`]));
  return shown.filter(({ id, group }, index) => place.get(id) !== `${group} ${index}`).length;
}
