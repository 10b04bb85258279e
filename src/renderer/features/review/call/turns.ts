import type { TurnLatency, TurnParts } from '#bridge/contract/calls.ts';

/** A reply within this is as good as a person's. */
export const goodReplyMs = 800;
/** From here on the lead notices the wait. */
export const slowReplyMs = 1_500;

export interface ReplyTimes {
  readonly medianMs: number;
  readonly worst: TurnLatency;
}

const hopNames = {
  endpointMs: 'noticing the end of speech',
  thinkMs: 'the AI',
  sendMs: 'sending',
  playMs: 'the way to the ear',
} as const satisfies Readonly<Record<keyof TurnParts, string>>;

/** Where most of the time of these replies went, in words, and how much of it; null when nobody measured that. */
export function slowestHop(turns: readonly TurnLatency[]): { readonly name: string; readonly share: number } | null {
  const sums = Object.keys(hopNames).map((key) => {
    const hop = key as keyof TurnParts;
    return { hop, ms: turns.reduce((sum, { parts }) => sum + (parts?.[hop] ?? 0), 0) };
  });
  const total = sums.reduce((sum, { ms }) => sum + ms, 0);
  const [slowest] = sums.toSorted((a, b) => b.ms - a.ms);
  return total === 0 || !slowest ? null : { name: hopNames[slowest.hop], share: slowest.ms / total };
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
