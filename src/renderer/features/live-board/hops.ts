import type { CallSummary, Hop } from '#bridge/contract/calls.ts';
import type { HopName, Rung } from '#bridge/contract/words.ts';
import { hopPath } from '../../ui/hop-path.ts';

/** Shown when they come, and not waited for: audio of the AI is told by what is sent of it, and the transcript tells of the disclosure. */
const notAwaited: ReadonlySet<HopName> = new Set(['first-ai-audio', 'disclosure-played']);

/** The hops that a call is to reach, in the order in which they usually come. */
export const awaitedHops = (rung: Rung | null): readonly HopName[] => hopPath(rung).filter((name) => !notAwaited.has(name));

/** How long after the one before it a hop is late, ms; what is not named has no limit (people let phones ring). */
const limitsMs: Readonly<Partial<Record<HopName, readonly [after: HopName, ms: number]>>> = {
  accepted: ['dialled', 5_000],
  ringing: ['accepted', 20_000],
  'document-served': ['answered', 2_000],
  'media-open': ['document-served', 3_000],
  'first-frame-in': ['media-open', 2_000],
  'ai-ready': ['answered', 3_000],
  'first-audio-sent': ['media-open', 3_000],
  'first-audio-played': ['first-audio-sent', 15_000],
};

/** The first hop that should have been reached by now; null when none is late. */
export function lateHop(call: Pick<CallSummary, 'rung' | 'endedAt'>, hops: readonly Hop[], nowMs: number): HopName | null {
  const at = new Map(hops.map((hop) => [hop.name, Date.parse(hop.at)]));
  const untilMs = call.endedAt === null ? nowMs : Date.parse(call.endedAt);
  for (const name of awaitedHops(call.rung)) {
    if (at.has(name)) continue;
    const limit = limitsMs[name];
    const since = limit && at.get(limit[0]);
    if (limit && since !== undefined && untilMs - since > limit[1]) return name;
  }
  return null;
}

/** From the answer to the first audio that was given to the carrier; null when one of them is missing, or the carrier's own voice spoke first. */
export function answerToFirstWordMs(hops: readonly Hop[]): number | null {
  const answered = hops.find(({ name }) => name === 'answered');
  const first = hops.find(({ name }) => name === 'first-audio-sent');
  const disclosed = hops.find(({ name }) => name === 'disclosure-played');
  if (!answered || !first || (disclosed && disclosed.sinceDialMs < first.sinceDialMs)) return null;
  return Math.max(0, first.sinceDialMs - answered.sinceDialMs);
}

/** Below this nobody hears a difference. */
const heardMs = 100;

/** The first word of this call beside that of the last good one. */
export function besideLastGood(ownMs: number, goodMs: number): 'faster' | 'slower' | 'as soon' {
  if (Math.abs(ownMs - goodMs) < heardMs) return 'as soon';
  return ownMs < goodMs ? 'faster' : 'slower';
}
