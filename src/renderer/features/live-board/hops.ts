import type { CallSummary, Hop } from '#bridge/contract/calls.ts';
import type { HopName, Rung } from '#bridge/contract/words.ts';
import { isCarrierVoice } from '../../ui/carrier-voice.ts';

const before: readonly HopName[] = ['dialled', 'accepted', 'ringing', 'answered', 'document-served'];
const talking: readonly HopName[] = ['media-open', 'first-frame-in', 'ai-open', 'ai-ready', 'first-audio-sent', 'first-audio-played'];

/** The hops that a call needs, in the order in which they usually come. The carrier's own voice needs no media socket. */
export const path = (rung: Rung | null): readonly HopName[] => (isCarrierVoice(rung) ? before : [...before, ...talking]);

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
  for (const name of path(call.rung)) {
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
