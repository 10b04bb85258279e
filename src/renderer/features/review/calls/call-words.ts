import type { CallSummary } from '#bridge/contract/calls.ts';
import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { CallState, Party } from '#bridge/contract/words.ts';
import { dispositionWords, outcomeWords } from '../../../ui/format.ts';
import type { MarkName } from '../../../ui/Mark.tsx';

const liveWords: Readonly<Record<Exclude<CallState, 'ended'>, string>> = {
  dialling: 'Dialling',
  ringing: 'Ringing',
  answered: 'Answered',
  live: 'On the line',
  transferring: 'Transferring',
};

type Ending = Pick<CallSummary, 'state' | 'outcome' | 'disposition' | 'answerType' | 'speaking' | 'attention' | 'end'>;

/** Whose doing the end of a conversation is something that went wrong. */
const breaks: ReadonlySet<Party> = new Set<Party>(['carrier', 'ai-provider', 'network', 'bridge']);

/** How a call went, in a word. */
export function outcomeOf({ state, outcome }: Pick<CallSummary, 'state' | 'outcome'>): string {
  if (state !== 'ended') return liveWords[state];
  return outcome === null ? 'Not known' : outcomeWords[outcome];
}

/** Why a call ended, in as few words as a column of the table has room for; the call's page says the rest. */
export const causeWords: Readonly<Record<EndCause, string>> = {
  'talked-out': 'Came to its end',
  'lead-hung-up': 'Lead hung up',
  'opted-out': 'Asked to stop',
  'operator-ended': 'Ended by a person',
  transferred: 'Transferred',
  machine: 'Answering machine',
  'nobody-spoke': 'Nobody spoke',
  'nobody-came': 'Nobody came',
  'no-answer': 'Nobody answered',
  busy: 'Line was busy',
  declined: 'Declined',
  cancelled: 'Called off',
  'wrong-number': 'Invalid number',
  'destination-barred': 'Destination barred',
  'carrier-busy': 'Network busy',
  'blocked-by-network': 'Blocked by the network',
  'carrier-refused': 'Refused by the carrier',
  'carrier-failed': 'Carrier lost the call',
  'time-limit': 'Time limit reached',
  'budget-spent': 'Budget spent',
  'settings-wrong': 'A setting forbids it',
  'webhook-not-reached': 'Answer not asked for',
  'media-not-opened': 'No media socket',
  'no-audio-from-carrier': 'No audio from the carrier',
  'media-not-understood': 'Media not understood',
  'network-cut': 'Connection broke off',
  'ai-not-reached': 'AI service not reached',
  'ai-refused': 'AI session refused',
  'ai-failed': 'AI service failed',
  'ringside-failed': 'Ringside failed',
  'ringside-restarted': 'Ringside restarted',
  'not-known': 'Not known',
};

/** How it came out; where somebody is to blame for the end of a conversation, what they did. */
export function endWords(call: Pick<CallSummary, 'state' | 'outcome' | 'end'>): string {
  const { outcome, end } = call;
  const isBroken = outcome === 'completed' && end !== null && end !== undefined && end.fault !== null && end.fault !== 'lead';
  return isBroken ? (causeWords[end.cause] ?? end.words) : outcomeOf(call);
}

export function dispositionOf({ disposition }: Pick<CallSummary, 'disposition'>): string {
  return disposition === null ? '' : dispositionWords[disposition];
}

/** The mark of a call in a list. */
export function markOf({ state, outcome, disposition, answerType, speaking, attention, end }: Ending): MarkName {
  if (state !== 'ended') {
    if (attention) return attention.level;
    if (state === 'transferring') return 'transferring';
    if (state !== 'live') return 'ringing';
    if (speaking === 'operator') return 'person';
    return speaking === 'lead' ? 'lead-speaking' : speaking === 'ai' ? 'ai-speaking' : 'thinking';
  }
  if (outcome === 'completed') {
    if (disposition === 'failed' || disposition === 'transfer-failed') return 'failed';
    if (disposition === 'do-not-call') return 'never';
    if (end?.fault && breaks.has(end.fault)) return 'look';
    return answerType === 'machine' || disposition === 'voicemail-left' || disposition === 'voicemail-no-message' ? 'voicemail' : 'passed';
  }
  if (outcome === 'our-error' || outcome === 'carrier-error') return 'failed';
  if (outcome === 'unknown' || outcome === null || outcome === 'congestion') return 'look';
  return 'never';
}

/** Who ended a call, as the beginning of a sentence. */
export const partyWords: Readonly<Record<Party, string>> = {
  lead: 'The lead',
  ai: 'The AI',
  operator: 'A person',
  carrier: 'The carrier',
  'ai-provider': 'The AI service',
  network: 'The network',
  bridge: 'Ringside',
  settings: 'The settings',
  unknown: 'Not known',
};

/** What a call really cost: rehearsal spends nothing. @returns micro-dollars */
export function spentOn({ world, costMicros }: Pick<CallSummary, 'world' | 'costMicros'>): number {
  return world === 'rehearsal' ? 0 : costMicros;
}
