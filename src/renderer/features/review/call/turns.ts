import type { TurnLatency } from '#bridge/contract/calls.ts';
import { meanParts, replyHopWords, slowestPart } from '../../../ui/replies.ts';

export interface ReplyTimes {
  readonly medianMs: number;
  readonly worst: TurnLatency;
}

/** Where most of the time of these replies went, in words, and how much of it; null when nobody measured that. */
export function slowestHop(turns: readonly TurnLatency[]): { readonly name: string; readonly share: number } | null {
  const parts = meanParts(turns);
  const slowest = parts && slowestPart(parts);
  return slowest && { name: replyHopWords[slowest.hop], share: slowest.share };
}

/** @returns null when the AI never replied */
export function replyTimes(turns: readonly TurnLatency[]): ReplyTimes | null {
  const byTime = turns.toSorted((a, b) => a.latencyMs - b.latencyMs);
  const worst = byTime.at(-1);
  if (!worst) return null;
  const middle = Math.floor(byTime.length / 2);
  const upper = byTime[middle]?.latencyMs ?? 0;
  const lower = byTime[middle - 1]?.latencyMs ?? upper;
  return { medianMs: byTime.length % 2 === 1 ? upper : (lower + upper) / 2, worst };
}
