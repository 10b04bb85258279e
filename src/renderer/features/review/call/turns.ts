import type { TurnLatency } from '#bridge/contract/calls.ts';

/** A reply within this is as good as a person's. */
export const goodReplyMs = 800;
/** From here on the lead notices the wait. */
export const slowReplyMs = 1_500;

export interface ReplyTimes {
  readonly medianMs: number;
  readonly worst: TurnLatency;
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
