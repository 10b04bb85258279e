import type { CallSummary } from '#bridge/contract/calls.ts';

/** "Not needed": the reason goes from this call, and the rule that raised it is slower to do so in this campaign. Null when nothing asks. */
export function useNotNeeded(call: CallSummary): (() => void) | null {
  void call;
  return null;
}
