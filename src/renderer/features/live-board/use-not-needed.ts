import type { CallSummary } from '#bridge/contract/calls.ts';
import { useAction } from '../../client/hooks.ts';

/** Reasons that no opinion of ours takes away: the lead's own word, and the AI that waits for an answer. */
const lasting = new Set(['opt-out', 'transfer']);

/** "Not needed": the reason goes from this call, and the rule that raised it is slower to do so in this campaign. Null when nothing asks. */
export function useNotNeeded(call: Pick<CallSummary, 'id' | 'state' | 'attention' | 'heldBy'> | undefined): (() => void) | null {
  const notNeeded = useAction('attention.notNeeded');
  if (!call || call.state === 'ended' || call.heldBy !== null || call.attention === null || notNeeded.isPending) return null;
  if (call.attention.rule !== undefined && lasting.has(call.attention.rule)) return null;
  return () => notNeeded.mutate({ callId: call.id });
}
