import type { CallSummary } from '#bridge/contract/calls.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { shortName } from './call-words.ts';

/** The longest that the bridge takes. */
const longest = 1_000;
const saidMost = 3;

/** What a colleague hears before taking a call: who it is, why, and what the lead said last. Somebody may change it before it is sent. */
export function briefingOf(
  call: Pick<CallSummary, 'leadName' | 'leadPlace' | 'agentName' | 'attention'>,
  detail: Pick<CallDetail, 'transcript'>,
): string {
  const who = `${call.leadName ?? 'The lead'}${call.leadPlace === null ? '' : ` from ${call.leadPlace}`}`;
  const why = call.attention === null ? '' : ` ${call.attention.reason}.`;
  const said = detail.transcript
    .filter(({ speaker, final, text }) => speaker === 'lead' && final && text.trim().split(/\s+/).length > 2)
    .slice(-saidMost)
    .map(({ text }) => text.trim());
  const words = said.length === 0 ? '' : ` They said: ${said.join(' ')}`;
  return `${who}, on a call with ${shortName(call.agentName)}.${why}${words}`.slice(0, longest);
}
