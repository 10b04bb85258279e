import type { Call, Hop } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { hopWords } from '../../../ui/format.ts';
import { hopPath, overStream, untilAnswer } from '../../../ui/hop-path.ts';

/** A step of the ladder as the page shows it. */
export interface HopStep {
  readonly name: HopName;
  readonly words: string;
  /** Reached, absent and to be looked at, or not tried because an earlier one is absent (or the call does not need it). */
  readonly state: 'reached' | 'missing' | 'not-tried';
  /** Milliseconds after the request to dial; null when it was not reached. */
  readonly sinceDialMs: number | null;
  readonly detail: string | null;
}

/** A carrier may leave these reports out; what follows is proof enough. */
const optional: ReadonlySet<HopName> = new Set(['accepted', 'ringing']);

/**
 * The path of one call, and the first step that is absent.
 * @param firstMissing what the diagnosis found absent: a call that fell to the carrier's own voice was to be a conversation
 */
export function hopSteps(
  { hops, rung, answeredAt, endedAt }: Pick<Call, 'hops' | 'rung' | 'answeredAt' | 'endedAt'>,
  firstMissing: HopName | null = null,
): readonly HopStep[] {
  const reached = new Map<HopName, Hop>(hops.map((hop) => [hop.name, hop]));
  const hasFallen = firstMissing !== null && overStream.includes(firstMissing);
  const needed = hasFallen ? [...untilAnswer, ...overStream] : hopPath(rung);
  const path = [...needed, ...overStream.filter((name) => !needed.includes(name) && reached.has(name)), 'ended' as const];
  // Sessions are opened while the phone rings: the order of the path is not always the order of time.
  const last = needed.findLastIndex((name) => reached.has(name) && (answeredAt !== null || untilAnswer.includes(name)));
  const firstAbsent = hasFallen
    ? needed.indexOf(firstMissing)
    : needed.findIndex((name, at) => !reached.has(name) && !(optional.has(name) && at < last));
  const steps = path.flatMap((name): readonly HopStep[] => {
    const hop = reached.get(name);
    if (hop) return [{ name, words: hopWords[name], state: 'reached', sinceDialMs: hop.sinceDialMs, detail: hop.detail ?? null }];
    const at = needed.indexOf(name);
    if (optional.has(name) && at < last) return [];
    if (name === 'ended' && endedAt === null) return [];
    const isMissing = at === firstAbsent && endedAt !== null;
    return [{ name, words: hopWords[name], state: isMissing ? 'missing' : 'not-tried', sinceDialMs: null, detail: null }];
  });
  // What was reached by its time; what was not, behind it, in the order of the path; the end at the end.
  const rank = ({ name, sinceDialMs }: HopStep) => (name === 'ended' ? 2 : sinceDialMs === null ? 1 : 0);
  return steps.toSorted((a, b) => rank(a) - rank(b) || (a.sinceDialMs ?? 0) - (b.sinceDialMs ?? 0));
}
