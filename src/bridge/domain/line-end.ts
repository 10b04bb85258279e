import type { HopName, Party, Rung } from '#bridge/contract/words.ts';
import { brokenHop } from './call-path.ts';

/**
 * Who ended a call that nobody on our side did, and why. The first hop that was never reached tells more than the carrier's word.
 *
 * @param call.cause the carrier's word; null when it gave none
 */
export function lineEndOf(call: {
  readonly isAnswered: boolean;
  readonly rung: Rung | null;
  readonly cause: { readonly party: Party; readonly text: string } | null;
  hasReached(hop: HopName): boolean;
}): { readonly by: Party; readonly reason: string } {
  const { isAnswered, rung, cause, hasReached } = call;
  if (isAnswered && rung === 'realtime' && !hasReached('first-audio-sent')) {
    const broken = brokenHop(hasReached, 'first-audio-sent');
    if (broken && cause?.party !== 'lead') return { by: 'network', reason: broken.text };
  }
  // Carriers that do not say who hung up leave only one who can have done it.
  const isPlainEnd = isAnswered && (cause === null || cause.party === 'unknown');
  // An announcement that was spoken to its end is told of.
  if (isPlainEnd && rung === 'announcement') return { by: 'lead', reason: 'the lead hung up before the announcement was over' };
  if (isPlainEnd) return { by: 'lead', reason: 'the lead hung up' };
  return { by: cause?.party ?? 'unknown', reason: cause?.text ?? 'the carrier gave no reason' };
}
