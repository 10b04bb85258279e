import type { Call } from '#bridge/contract/calls.ts';
import type { Party } from '#bridge/contract/words.ts';
import { answerWords } from '../../../ui/format.ts';
import { outcomeOf, partyWords } from '../calls/call-words.ts';

type Ended = Pick<Call, 'state' | 'outcome' | 'endedAt' | 'endedBy' | 'endedReason' | 'hangupCause' | 'answerType' | 'end'>;

/** How a call ended, as a sentence, and the carrier's own word for it. @returns null while it goes on */
export function endingOf(call: Ended): { readonly words: string; readonly cause: string | null } | null {
  const { endedAt, endedReason, hangupCause, answerType } = call;
  if (endedAt === null) return null;
  const reason = endedReason === null ? `${outcomeOf(call)}.` : sentence(endedReason);
  const answered = answerType === null || answerType === 'unknown' ? null : `${answerWords[answerType]}.`;
  return {
    words: [reason, call.end ? doing(call.end, reason) : blame(call, reason)].filter((part) => part !== null).join(' '),
    cause:
      [answered, hangupCause === null ? null : `The carrier's code: ${hangupCause}.`].filter((part) => part !== null).join(' ') || null,
  };
}

/** What it means in our own words, and whose doing it was, unless the reason says so already. */
function doing({ fault, words }: NonNullable<Ended['end']>, reason: string): string | null {
  const meaning = reason.toLowerCase().includes(words.toLowerCase()) ? null : sentence(words);
  const blamed = fault === null || fault === 'lead' ? null : `The cause lies with ${lower(partyWords[fault])}.`;
  return [meaning, blamed].filter((part) => part !== null).join(' ') || null;
}

/** Those whose fault an end is, where it was not their decision. */
const faulty: ReadonlySet<Party> = new Set(['ai-provider', 'network', 'settings']);

/** Who it was, where the reason does not name them. */
function blame({ endedBy, outcome }: Ended, reason: string): string | null {
  if (endedBy === null || endedBy === 'unknown' || endedBy === 'operator') return null;
  const who = partyWords[endedBy];
  if (reason.toLowerCase().includes(who.toLowerCase())) return null;
  if (faulty.has(endedBy)) return `The cause lies with ${lower(who)}.`;
  if (outcome === 'completed') return `${who} ended it.`;
  return endedBy === 'lead' ? null : `The cause lies with ${lower(who)}.`;
}

function sentence(words: string): string {
  const trimmed = words.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}

/** Inside a sentence only names keep their capital. */
function lower(who: string): string {
  return who === 'Ringside' ? who : `${who.charAt(0).toLowerCase()}${who.slice(1)}`;
}
