import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { Disposition, HopName, Outcome, Party } from '#bridge/contract/words.ts';

/** What is known of a call that is over. */
export interface EndedCall {
  readonly outcome: Outcome | null;
  readonly disposition: Disposition | null;
  readonly endedBy: Party | null;
  readonly endedReason: string | null;
  /** The first hop of its path that is absent; null when the whole path was climbed. */
  readonly firstMissing: HopName | null;
  /** It was to be a conversation, and the carrier's own voice had to speak in its place. */
  readonly fell?: boolean;
  /** What took the conversation away, as it was noted then; null when nothing was. */
  readonly fellBecause?: string | null;
  /** Something came through the media socket that is not of the carrier's protocol. */
  readonly unreadable?: boolean;
  /** The media socket was closed, and not by us, while the call went on. */
  readonly cut?: boolean;
  /** How often it was cut and came back. */
  readonly comebacks?: number;
}

interface Meaning {
  /** Whose doing it was; null when nobody did anything wrong. */
  readonly fault: Party | null;
  readonly words: string;
  readonly cure: string | null;
}

/** What each cause means, whose doing it is and what helps. */
export const endCauses: Readonly<Record<EndCause, Meaning>> = {
  'talked-out': { fault: null, words: 'The conversation came to its end', cure: null },
  'lead-hung-up': { fault: null, words: 'The lead hung up', cure: null },
  'opted-out': { fault: null, words: 'The lead asked not to be called again', cure: null },
  'operator-ended': { fault: null, words: 'A person ended the call', cure: null },
  transferred: { fault: null, words: 'The call was transferred', cure: null },
  machine: { fault: null, words: 'An answering machine picked up', cure: null },
  'nobody-spoke': { fault: null, words: 'Nobody spoke', cure: null },
  'nobody-came': { fault: null, words: 'A machine picked up, and nobody came to the phone', cure: null },
  'no-answer': { fault: null, words: 'Nobody answered', cure: null },
  busy: { fault: null, words: 'The line was busy', cure: null },
  declined: { fault: 'lead', words: 'The call was declined', cure: null },
  'wrong-number': { fault: 'settings', words: 'The number does not exist', cure: 'Correct the number in the list, or take it out.' },
  'destination-barred': {
    fault: 'settings',
    words: 'The account may not call this destination',
    cure: 'Allow the country in the voice permissions of the carrier account.',
  },
  'blocked-by-network': {
    fault: 'carrier',
    words: 'The network of the lead blocked the call',
    cure: 'Call from a number with a good reputation, and register it with the carrier.',
  },
  'carrier-busy': { fault: 'carrier', words: 'The carrier had no line free', cure: 'Lower the calls per second of the campaign.' },
  'carrier-refused': {
    fault: 'settings',
    words: 'The carrier did not take the call',
    cure: 'Prove the line: it checks the account, the caller number and the balance.',
  },
  'carrier-failed': {
    fault: 'carrier',
    words: 'The carrier lost the call',
    cure: 'Look at the status page of the carrier, and try again.',
  },
  cancelled: { fault: null, words: 'It was called off before anybody answered', cure: null },
  'time-limit': {
    fault: 'settings',
    words: 'The time limit for a call was reached',
    cure: 'Raise the limit in the campaign if calls need longer.',
  },
  'budget-spent': { fault: 'settings', words: 'The budget was spent', cure: 'Raise the budget of the campaign.' },
  'settings-wrong': { fault: 'settings', words: 'A setting does not allow it', cure: 'Prove the line: it names the setting.' },
  'webhook-not-reached': {
    fault: 'network',
    words: 'The carrier never asked what to do with the answered call',
    cure: 'Check the tunnel: the public address must reach this computer. Prove the line.',
  },
  'media-not-opened': {
    fault: 'network',
    words: 'The carrier never opened the media socket',
    cure: 'The public address may not pass WebSockets. Prove the line, or use the built-in tunnel.',
  },
  'no-audio-from-carrier': {
    fault: 'carrier',
    words: 'The media socket opened, but no audio came',
    cure: 'Try the other carrier, and send the support bundle to this one.',
  },
  'media-not-understood': {
    fault: 'carrier',
    words: 'The media socket opened, but what came through it is not the protocol of this carrier',
    cure: 'Another program may use the address, or the number may belong to another application at the carrier. Prove the line.',
  },
  'network-cut': {
    fault: 'network',
    words: 'The connection to the carrier broke off in mid-call',
    cure: 'Check the network of this computer: Wi-Fi, VPN, sleep. The tunnel shows when it was away.',
  },
  'ai-not-reached': {
    fault: 'ai-provider',
    words: 'No connection to the AI service was had',
    cure: 'Check the network and the base address of OpenAI in Setup.',
  },
  'ai-refused': {
    fault: 'settings',
    words: 'The AI service did not accept the session',
    cure: 'Test the OpenAI key in Setup: key, credit and access to the model.',
  },
  'ai-failed': { fault: 'ai-provider', words: 'The AI service failed in mid-call', cure: 'Look at the status page of OpenAI.' },
  'ringside-failed': { fault: 'bridge', words: 'Something went wrong inside Ringside', cure: 'Save a support bundle and send it to us.' },
  'ringside-restarted': { fault: 'bridge', words: 'Ringside was closed or restarted in mid-call', cure: null },
  'not-known': {
    fault: 'unknown',
    words: 'What became of the call is not known',
    cure: 'Ask for the carrier’s own view of it.',
  },
};

/** Why a call ended. Total: every call has one, `not-known` at the last. */
export function endCauseOf(call: EndedCall): EndCause {
  return byOutcome(call) ?? byDisposition(call) ?? (call.fell ? byFall(call) : null) ?? byReason(call) ?? byParty(call);
}

/** What took the conversation away. The AI is reached while the phone rings: without it, nobody asks the carrier for a media socket. */
function byFall(call: EndedCall): EndCause {
  // Whoever was refused had reached the service, though no session came of it.
  if (refused.test(call.fellBecause ?? '')) return 'ai-refused';
  return silentBefore(call) ?? (call.cut ? 'network-cut' : 'ai-failed');
}

function byOutcome(call: EndedCall): EndCause | null {
  const { outcome, endedBy, endedReason, firstMissing } = call;
  switch (outcome) {
    case 'no-answer':
      return 'no-answer';
    case 'busy':
      return 'busy';
    case 'rejected':
      return 'declined';
    case 'invalid-number':
      return 'wrong-number';
    case 'barred-destination':
      return 'destination-barred';
    case 'blocked-by-network':
      return 'blocked-by-network';
    case 'congestion':
      return 'carrier-busy';
    case 'carrier-error':
      return firstMissing === 'accepted' ? 'carrier-refused' : 'carrier-failed';
    case 'cancelled':
      return 'cancelled';
    case 'our-error':
      if (endedBy === 'settings') return 'settings-wrong';
      return restarted.test(endedReason ?? '') ? 'ringside-restarted' : byPath(call);
    case 'unknown':
      return 'not-known';
    default:
      return null;
  }
}

const refused = /does not accept|does not offer|no credit|spending limit|deactivated|may not use|is not set/i;
const restarted = /restart|was closed|was down/i;

function byDisposition({ disposition, fell }: EndedCall): EndCause | null {
  if (disposition === 'do-not-call') return 'opted-out';
  if (disposition === 'transferred') return 'transferred';
  if (disposition === 'announcement-heard' && !fell) return 'talked-out';
  return disposition === 'voicemail-left' || disposition === 'voicemail-no-message' ? 'machine' : null;
}

function byReason({ endedReason }: EndedCall): EndCause | null {
  const reason = endedReason ?? '';
  if (/time limit|at its limit/i.test(reason)) return 'time-limit';
  if (/budget/i.test(reason)) return 'budget-spent';
  return restarted.test(reason) ? 'ringside-restarted' : null;
}

function byParty(call: EndedCall): EndCause {
  switch (call.endedBy) {
    case 'lead':
      // Whoever hears nothing hangs up; the silence is to blame, not they.
      return silentBefore(call) ?? ((call.comebacks ?? 0) > 1 ? 'network-cut' : 'lead-hung-up');
    case 'ai':
      return 'talked-out';
    case 'operator':
      return 'operator-ended';
    case 'carrier':
      return silentBefore(call) ?? 'carrier-failed';
    case 'ai-provider':
      return silentBefore(call) ?? 'ai-failed';
    case 'network':
      return silentBefore(call) ?? 'network-cut';
    case 'settings':
      return 'settings-wrong';
    case 'bridge':
      return byPath(call);
    default:
      return 'not-known';
  }
}

function byPath(call: EndedCall): EndCause {
  return silentBefore(call) ?? asMeant(call) ?? 'ringside-failed';
}

/** Ringside ends calls of itself too where nothing went wrong. */
function asMeant({ endedReason }: EndedCall): EndCause | null {
  const reason = endedReason ?? '';
  if (/nobody spoke/i.test(reason)) return 'nobody-spoke';
  return /picked up$|did not put it through/i.test(reason) ? 'nobody-came' : null;
}

/** An absent step that leaves an answered call in silence. */
function silentBefore({ firstMissing, unreadable }: EndedCall): EndCause | null {
  switch (firstMissing) {
    case 'document-served':
      return 'webhook-not-reached';
    case 'media-open':
      return 'media-not-opened';
    case 'first-frame-in':
      return unreadable ? 'media-not-understood' : 'no-audio-from-carrier';
    case 'ai-open':
      return 'ai-not-reached';
    case 'ai-ready':
      return 'ai-refused';
    case 'first-ai-audio':
      return 'ai-failed';
    default:
      return null;
  }
}
