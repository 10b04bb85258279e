import type { Party } from '#bridge/contract/words.ts';
import type { HangupCause } from '../carrier.ts';
import { type CarrierCause, hangupCause } from '../causes.ts';
import type { CallStatus } from './wire.ts';

const congestion = (text: string): CarrierCause => ({ outcome: 'congestion', text, party: 'network' });
const invalid = (text: string): CarrierCause => ({ outcome: 'invalid-number', text, party: 'settings' });
const barred = (text: string): CarrierCause => ({ outcome: 'barred-destination', text, party: 'carrier' });
const ours = (text: string): CarrierCause => ({ outcome: 'our-error', text, party: 'bridge' });
const stops = (text: string): CarrierCause => ({ outcome: 'our-error', text, party: 'settings', stopsCampaign: true });

/** Plivo's hangup causes. @see https://www.plivo.com/docs/voice/troubleshooting/hangup-causes */
export const hangupCauses = {
  '0': { outcome: 'carrier-error', text: 'The call ended and the carrier does not say why.', party: 'unknown' },
  '1000': { outcome: 'cancelled', text: 'The call was cancelled before anybody answered.', party: 'bridge' },
  '1010': stops('The Plivo account is out of credit. Add credit before dialling on.'),
  '1020': { outcome: 'cancelled', text: 'Plivo cancelled the call: too many destinations at once.', party: 'settings' },
  '2000': invalid('The number is not a valid destination.'),
  '2010': invalid('The number is out of service.'),
  '2020': invalid('The destination is not connected to the network.'),
  '2030': barred("The Plivo account may not call that country. Allow it in Plivo's geographic permissions."),
  '2040': barred('The carrier does not place calls to this number.'),
  '2050': barred('The carrier does not place calls to numbers that begin like this one.'),
  '2060': invalid('The number leads in a circle and reaches nobody.'),
  '2070': stops('The call breaks the routing rules for India: caller number and media must stay in the country.'),
  '3000': { outcome: 'no-answer', text: 'It rang and nobody answered.', party: 'lead' },
  '3010': { outcome: 'busy', text: 'The line was busy.', party: 'lead' },
  '3020': { outcome: 'rejected', text: 'The callee rejected the call.', party: 'lead' },
  '3030': stops('The network does not know our caller number.'),
  '3040': { outcome: 'rejected', text: 'The network did not let the call through.', party: 'network' },
  '3050': invalid('The number is not assigned to anybody.'),
  '3070': { outcome: 'no-answer', text: 'The phone could not be reached in time.', party: 'network' },
  '3080': { outcome: 'carrier-error', text: 'The network of the callee failed.', party: 'carrier' },
  '3090': congestion('The network was congested; a later call may get through.'),
  '3100': { outcome: 'busy', text: 'Every phone of that number was busy.', party: 'lead' },
  '3110': { outcome: 'rejected', text: 'The callee declined the call.', party: 'lead' },
  '3120': invalid('Nobody can be reached at this number.'),
  '3130': { outcome: 'blocked-by-network', text: 'The call was blocked as spam before the phone rang.', party: 'network' },
  '3140': stops('Our caller number is on a list of numbers that never call. Use another one.'),
  '4000': { outcome: 'completed', text: 'The call ended normally.', party: 'unknown' },
  '4010': { outcome: 'completed', text: 'The call ended because nothing more was to be done.', party: 'bridge' },
  '4020': { outcome: 'completed', text: 'The conference ended.', party: 'unknown' },
  '4030': { outcome: 'completed', text: 'The callee was taken out of the conference.', party: 'operator' },
  '5000': congestion('The network failed.'),
  '5010': congestion('The carrier failed inside.'),
  '5020': congestion('The carrier found no way to the number.'),
  '5030': { outcome: 'our-error', text: 'Too many calls at once for this Plivo account. Use fewer lines.', party: 'settings' },
  '6000': { outcome: 'completed', text: 'The call reached its time limit.', party: 'settings' },
  '6010': { outcome: 'no-answer', text: 'It rang and nobody answered in time.', party: 'lead' },
  '6020': ours('No audio passed for 60 seconds.'),
  '7011': ours('Plivo could not fetch the answer document from our public address.'),
  '7012': ours('Plivo could not fetch the next document from our public address.'),
  '7013': ours('Plivo could not fetch the document of a transfer from our public address.'),
  '7014': ours('Plivo could not fetch the document of a redirect from our public address.'),
  '7022': ours('The address of the next document is not valid.'),
  '7023': ours('The address of a transfer is not valid.'),
  '7024': ours('The address of a redirect is not valid.'),
  '7032': ours('The method for the next document is not valid.'),
  '7033': ours('The method of a transfer is not valid.'),
  '7034': ours('The method of a redirect is not valid.'),
  '8011': ours('Plivo could not read the answer document that we served.'),
  '8012': ours('Plivo could not read the next document that we served.'),
  '8013': ours('Plivo could not read the document of a transfer that we served.'),
  '8014': ours('Plivo could not read the document of a redirect that we served.'),
  '9000': { outcome: 'cancelled', text: 'Another phone answered first.', party: 'carrier' },
  '9100': { outcome: 'completed', text: 'An answering machine was detected and the call ended.', party: 'settings' },
  '9110': { outcome: 'completed', text: 'The confirmation key was not pressed.', party: 'lead' },
} as const satisfies Readonly<Record<string, CarrierCause>>;
export type PlivoHangupCode = keyof typeof hangupCauses;

/** Words that Plivo borrows from its telephone switch; they stand in webhooks that bring no code. */
export const hangupWords = {
  NORMAL_CLEARING: '4000',
  NO_ANSWER: '3000',
  NO_USER_RESPONSE: '3000',
  ORIGINATOR_CANCEL: '1000',
  USER_BUSY: '3010',
  CALL_REJECTED: '3020',
  UNALLOCATED_NUMBER: '3050',
  INVALID_NUMBER_FORMAT: '2000',
  NO_ROUTE_DESTINATION: '5020',
  NETWORK_OUT_OF_ORDER: '5000',
  SERVICE_UNAVAILABLE: '3090',
  RECOVERY_ON_TIMER_EXPIRE: '3070',
  BEARERCAPABILITY_NOTAVAIL: '3080',
} as const satisfies Readonly<Record<string, PlivoHangupCode>>;

export type TerminalStatus = Extract<CallStatus, 'completed' | 'busy' | 'failed' | 'timeout' | 'no-answer' | 'cancel'>;

/** What the status alone means, when no cause came with it. */
export const statusCauses: Readonly<Record<TerminalStatus, PlivoHangupCode>> = {
  completed: '4000',
  busy: '3010',
  failed: '0',
  timeout: '6010',
  'no-answer': '3000',
  cancel: '1000',
};

export function isTerminal(status: CallStatus): status is TerminalStatus {
  return status in statusCauses;
}

/** A code that no list knew when this was written, by its thousands. */
const bands: Readonly<Record<string, CarrierCause>> = {
  '1': { outcome: 'cancelled', text: 'The carrier cancelled the call.', party: 'carrier' },
  '2': invalid('The carrier could not reach the destination.'),
  '3': { outcome: 'no-answer', text: 'Nobody was reached.', party: 'lead' },
  '4': { outcome: 'completed', text: 'The call ended normally.', party: 'unknown' },
  '5': congestion('The network failed.'),
};
const unmapped: CarrierCause = { outcome: 'carrier-error', text: 'The call ended for a reason that is not known here.', party: 'carrier' };

/** What a code means; the second answer tells whether it was known. */
function causeOfCode(code: string): CarrierCause {
  if (Object.hasOwn(hangupCauses, code)) return hangupCauses[code as PlivoHangupCode];
  return (/^\d{4}$/.test(code) ? bands[code.charAt(0)] : undefined) ?? unmapped;
}

/** Who ended a call, in Plivo's words (`HangupSource`). */
const sources: Readonly<Record<string, Party>> = {
  'call recipient': 'lead',
  callee: 'lead',
  'api request': 'bridge',
  'answer xml': 'bridge',
  plivo: 'carrier',
  carrier: 'carrier',
  error: 'carrier',
};

/** Everything that Plivo may say about an end; all of it may be missing. */
export interface PlivoEnd {
  readonly code: string | null;
  readonly word: string | null;
  readonly status: CallStatus | null;
  readonly source: string | null;
}

/**
 * Outcome and cause of a finished call. The number decides when there is one, then the switch's word, then the status. A number that says
 * nothing (0) or only "normal" gives way to a status that says that nobody was connected.
 */
export function endOf(end: PlivoEnd): { outcome: CarrierCause['outcome']; cause: HangupCause } {
  const fromStatus = end.status !== null && isTerminal(end.status) ? statusCauses[end.status] : null;
  const word = end.word?.toUpperCase() ?? null;
  const fromWord = word !== null && Object.hasOwn(hangupWords, word) ? hangupWords[word as keyof typeof hangupWords] : null;
  const told = end.code !== null && end.code !== '' ? end.code : (fromWord ?? fromStatus ?? '0');
  const meansNothing = told === '0' || ((told === '4000' || told === '4010') && end.status !== 'completed');
  // Ended by request after the answer: the conversation took place.
  const wasAnswered = told === '1000' && end.status === 'completed';
  const code = (meansNothing || wasAnswered) && fromStatus !== null ? fromStatus : told;
  const cause = causeOfCode(code);
  const source = sources[end.source?.toLowerCase() ?? ''];
  // The table knows whose fault a refusal is; who hung up a normal call only the source can tell.
  const party = cause.outcome === 'completed' && code !== '6000' && source !== undefined ? source : cause.party;
  return { outcome: cause.outcome, cause: hangupCause(told === code ? code : `${told}/${end.status}`, cause, party) };
}
