/** What one month has taken of a tunnel, counted on our side. */
export interface TunnelUsage {
  /** UTC, as `2026-11`. */
  readonly month: string;
  /** When the counting of this month began, epoch milliseconds. */
  readonly sinceMs: number;
  readonly requests: number;
  /** Both directions: whether ngrok counts what comes in is not documented, so the warning assumes it. */
  readonly bytes: number;
}

/** What ngrok's free plan gives in a month. @see https://ngrok.com/docs/pricing-limits/free-plan-limits/ */
export const freePlan = { requests: 20_000, bytes: 1_000_000_000 } as const;

/** A rate over less than this says nothing about a month. */
const shortestMs = 86_400_000;

export function monthOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 7);
}

/** The counts so far and something more; a new month begins at zero. */
export function countedOn(
  usage: TunnelUsage | null,
  more: { readonly requests: number; readonly bytes: number },
  nowMs: number,
): TunnelUsage {
  const month = monthOf(nowMs);
  const before = usage?.month === month ? usage : { month, sinceMs: nowMs, requests: 0, bytes: 0 };
  return { ...before, requests: before.requests + more.requests, bytes: before.bytes + more.bytes };
}

/** What a count will be at the end of its month if the rest of it is like the part that was counted. */
export function forecastOf(count: number, sinceMs: number, nowMs: number): number {
  const now = new Date(nowMs);
  const endMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  const perMs = count / Math.max(shortestMs, nowMs - sinceMs);
  return Math.round(count + perMs * Math.max(0, endMs - nowMs));
}
