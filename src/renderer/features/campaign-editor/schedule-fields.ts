import type { RetryPolicy, RetryRule } from '#bridge/contract/campaigns.ts';

export type RetryKind = 'no-answer' | 'busy';

/** What the bridge does when a campaign says nothing. */
const usual: Readonly<Record<RetryKind, RetryRule>> = {
  'no-answer': { delaysMinutes: [180, 1_680, 1_200, 1_680, 1_200], maxAttempts: 6 },
  busy: { delaysMinutes: [15, 60], maxAttempts: 3 },
};

/** How an outcome is tried again, in all, and with the waits between; `isUsual` when the campaign says nothing of its own. */
export function retryOf(policy: RetryPolicy, kind: RetryKind): RetryRule & { readonly isUsual: boolean } {
  const own = policy[kind];
  return own ? { ...own, isUsual: false } : { ...usual[kind], isUsual: true };
}

/** The policy with one wait between all attempts of a kind. @param attempts in all, 1 for no retry @param minutes between two of them */
export function withRetry(policy: RetryPolicy, kind: RetryKind, attempts: number, minutes: number): RetryPolicy {
  return { ...policy, [kind]: { maxAttempts: attempts, delaysMinutes: Array.from({ length: attempts - 1 }, () => minutes) } };
}

/** The policy that leaves a kind to the bridge. */
export function withoutRetry(policy: RetryPolicy, kind: RetryKind): RetryPolicy {
  return Object.fromEntries(Object.entries(policy).filter(([name]) => name !== kind));
}

/** `15 min, then 1 h`: the waits in their order. */
export function waitsInWords({ delaysMinutes, maxAttempts }: RetryRule): string {
  const waits = delaysMinutes.slice(0, Math.max(0, maxAttempts - 1));
  if (waits.length === 0) return 'not tried again';
  if (waits.every((wait) => wait === waits[0])) return `${minutesInWords(waits[0] ?? 0)} apart`;
  return `after ${waits.map(minutesInWords).join(', then ')}`;
}

function minutesInWords(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
