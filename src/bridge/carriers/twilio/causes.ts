import type { HangupCause } from '../carrier.ts';
import { type CarrierCause, hangupCause } from '../causes.ts';
import type { CallStatus } from './wire.ts';

/** How a call can be over. */
export type TerminalStatus = Extract<CallStatus, 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled'>;

export function isTerminal(status: CallStatus): status is TerminalStatus {
  return status in statusCauses;
}

/** What Twilio's own status of a finished call means. @see https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
export const statusCauses: Readonly<Record<TerminalStatus, CarrierCause>> = {
  completed: { outcome: 'completed', text: 'The call was answered and ended normally.', party: 'unknown' },
  busy: { outcome: 'busy', text: 'The line was busy.', party: 'lead' },
  'no-answer': { outcome: 'no-answer', text: 'It rang and nobody answered.', party: 'lead' },
  failed: { outcome: 'carrier-error', text: 'The carrier could not put the call through.', party: 'carrier' },
  canceled: { outcome: 'cancelled', text: 'The call was cancelled before anybody answered.', party: 'bridge' },
};

const invalidNumber: CarrierCause = {
  outcome: 'invalid-number',
  text: 'The number does not exist or is out of service.',
  party: 'settings',
};
const congestion: CarrierCause = {
  outcome: 'congestion',
  text: 'The network was congested; a later call may get through.',
  party: 'network',
};
const nobody: CarrierCause = { outcome: 'no-answer', text: 'The phone could not be reached or nobody answered.', party: 'lead' };

/** SIP answers of the network that Twilio passes on (`SipResponseCode`). @see RFC 3261 section 21, RFC 8197 and RFC 8688 */
export const sipCauses = {
  '403': { outcome: 'barred-destination', text: 'The network does not let this call through to that number.', party: 'network' },
  '404': invalidNumber,
  '408': nobody,
  '410': invalidNumber,
  '480': nobody,
  '482': { outcome: 'invalid-number', text: 'The number leads in a circle and reaches nobody.', party: 'network' },
  '484': invalidNumber,
  '485': invalidNumber,
  '486': { outcome: 'busy', text: 'The line was busy.', party: 'lead' },
  '487': { outcome: 'no-answer', text: 'It rang and nobody answered in time.', party: 'lead' },
  '500': congestion,
  '502': congestion,
  '503': congestion,
  '504': congestion,
  '600': { outcome: 'busy', text: 'Every phone of that number was busy.', party: 'lead' },
  '603': { outcome: 'rejected', text: 'The call was declined.', party: 'lead' },
  '604': invalidNumber,
  '607': { outcome: 'blocked-by-network', text: 'The call was blocked as unwanted before the phone rang.', party: 'network' },
  '608': { outcome: 'blocked-by-network', text: 'A call-blocking service stopped the call before the phone rang.', party: 'network' },
} as const satisfies Readonly<Record<string, CarrierCause>>;

/** A SIP code that says "declined" where Twilio's status already says that the phone was reached. */
const declined: CarrierCause = { outcome: 'rejected', text: 'The callee declined the call.', party: 'lead' };

/** Outcome and cause of a finished call. The status decides; where it is vague, the SIP code of the network says more. */
export function endOf(status: TerminalStatus, sipCode: string | null): { outcome: CarrierCause['outcome']; cause: HangupCause } {
  const cause = causeOf(status, sipCode);
  return { outcome: cause.outcome, cause: hangupCause(sipCode ? `${status}/${sipCode}` : status, cause) };
}

function causeOf(status: TerminalStatus, sipCode: string | null): CarrierCause {
  if (status === 'busy' && (sipCode === '403' || sipCode === '603')) return declined;
  if (status !== 'failed' || sipCode === null) return statusCauses[status];
  if (Object.hasOwn(sipCauses, sipCode)) return sipCauses[sipCode as keyof typeof sipCauses];
  if (/^5\d\d$/.test(sipCode)) return congestion;
  return statusCauses.failed;
}

const fromNumber = (text: string): CarrierCause => ({ outcome: 'our-error', text, party: 'settings', stopsCampaign: true });

/** Twilio's error codes on requests of ours. @see https://www.twilio.com/docs/api/errors */
export const apiCauses = {
  '10004': { outcome: 'our-error', text: 'Too many calls at once for this Twilio account. Use fewer lines.', party: 'settings' },
  '13805': { outcome: 'our-error', text: 'A call of a Twilio trial account ended at its limit of 10 minutes.', party: 'settings' },
  '14111': { outcome: 'barred-destination', text: 'A Twilio trial account may not call that number.', party: 'settings' },
  '20003': { outcome: 'our-error', text: 'Twilio does not accept the credentials.', party: 'settings', stopsCampaign: true },
  '20404': {
    outcome: 'our-error',
    text: 'Twilio does not know this account. Check the account SID.',
    party: 'settings',
    stopsCampaign: true,
  },
  '20429': { outcome: 'congestion', text: 'Twilio asks for fewer requests.', party: 'settings' },
  '21210': fromNumber('The caller number is not a number of this Twilio account and is not verified there.'),
  '21211': { outcome: 'invalid-number', text: 'Twilio does not take this as a phone number.', party: 'settings' },
  '21215': {
    outcome: 'barred-destination',
    text: "The Twilio account has no permission to call that country. Allow it in Twilio's geographic permissions.",
    party: 'settings',
    stopsCampaign: true,
  },
  '21216': { outcome: 'barred-destination', text: 'Twilio does not place calls to this number; it is blocked.', party: 'carrier' },
  '21219': fromNumber('A Twilio trial account may call only numbers that are verified there.'),
  '21220': { outcome: 'our-error', text: 'The call is not in a state that allows this.', party: 'bridge' },
  '21262': fromNumber('Twilio does not accept the settings of the answering machine detection.'),
  '21263': fromNumber('Twilio does not accept the settings of the answering machine detection.'),
  '573002': fromNumber('The caller number is not the trial number that Twilio assigned to this recipient.'),
  '573005': fromNumber("The recipient's verification at Twilio is not complete."),
} as const satisfies Readonly<Record<string, CarrierCause>>;

export function apiCause(code: string | null): CarrierCause | null {
  return code !== null && Object.hasOwn(apiCauses, code) ? apiCauses[code as keyof typeof apiCauses] : null;
}

/** What Twilio reports about our public side: documents and media sockets. The words name the likely cure. */
export const publicSideCauses = {
  '11200': 'Twilio could not fetch a document from our public address.',
  '11205': 'Our public address did not answer Twilio in time.',
  '12100': 'Twilio could not read the document that we served.',
  '31901': 'The media socket could not be opened in time. Is the tunnel up?',
  '31902': 'The connection for the media socket was refused. Is the tunnel up?',
  '31910': 'The certificate of the public address was not accepted for the media socket.',
  '31920': 'The media socket was refused at the upgrade. Does the tunnel pass WebSockets to the ingress?',
  '31921': 'The media socket was closed from our side or by the network.',
  '31922': 'The address of the media socket is not wss.',
  '31923': 'The address of the media socket is malformed.',
  '31924': 'The media socket broke the WebSocket protocol.',
  '39001': 'The network between Twilio and us failed.',
  '64102': 'The relay socket could not be opened.',
  '64107': 'A message on the relay socket was not understood.',
} as const satisfies Readonly<Record<string, string>>;

/** The sentence for the first known code in Twilio's report, or null. */
export function publicSideCause(report: string): string | null {
  for (const [code] of report.matchAll(/\d{5}/g)) {
    if (Object.hasOwn(publicSideCauses, code)) return `${publicSideCauses[code as keyof typeof publicSideCauses]} (${code})`;
  }
  return null;
}
