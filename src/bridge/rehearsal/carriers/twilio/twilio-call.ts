import { type CallOrigin, CallRecord } from '../call-record.ts';
import type { Scope } from '../scope.ts';
import type { CallSettings } from './create-request.ts';

/** Who is told how a call goes, and of what. */
export type StatusSettings = Pick<CallSettings, 'statusCallback' | 'statusCallbackMethod' | 'statusEvents'>;

/** A call at the simulated Twilio. */
export class TwilioCall extends CallRecord {
  /** Null for a leg that a document dialled. */
  settings: CallSettings | null;
  /** Whom a leg that a document dialled tells of itself; null when nobody asked. */
  news: StatusSettings | null = null;
  readonly queueMs: number;
  answeredBy: string | null = null;
  /** Price in dollars, negative, as text; null until known. */
  price: string | null = null;
  isStarted = false;
  /** Counts the status callbacks. */
  sequence = 0;
  updatedAtMs: number;
  /** Where the running time limit leads; replaced by an update. */
  cancelLimit: () => void = () => undefined;

  constructor(origin: CallOrigin, world: Scope, settings: CallSettings | null, queueMs: number) {
    super(origin, world);
    this.settings = settings;
    this.queueMs = queueMs;
    this.updatedAtMs = origin.createdAtMs;
  }
}

/** The Call resource. @see https://www.twilio.com/docs/voice/api/call-resource */
export function callResource(call: TwilioCall, accountSid: string): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${call.id}`;
  const subresources = [
    'notifications',
    'recordings',
    'payments',
    'events',
    'siprec',
    'streams',
    'transcriptions',
    'user_defined_messages',
  ];
  return {
    sid: call.id,
    account_sid: accountSid,
    api_version: '2010-04-01',
    parent_call_sid: call.parentId,
    from: call.from,
    from_formatted: call.from,
    to: call.to,
    to_formatted: call.to,
    phone_number_sid: null,
    status: call.status,
    direction: call.direction,
    answered_by: call.answeredBy,
    forwarded_from: null,
    caller_name: null,
    group_sid: null,
    trunk_sid: null,
    annotation: null,
    queue_time: String(Math.round(call.queueMs)),
    date_created: call.startedAtMs === null ? null : rfc2822(call.createdAtMs),
    date_updated: call.startedAtMs === null ? null : rfc2822(call.updatedAtMs),
    start_time: call.startedAtMs === null ? null : rfc2822(call.startedAtMs),
    end_time: call.endedAtMs === null ? null : rfc2822(call.endedAtMs),
    duration: call.endedAtMs === null ? null : String(call.durationS),
    price: call.price,
    price_unit: 'USD',
    uri: `${uri}.json`,
    subresource_uris: Object.fromEntries(subresources.map((name) => [name, `${uri}/${pascal(name)}.json`])),
  };
}

function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** As `Mon, 23 Nov 2026 15:00:00 +0000`. */
export function rfc2822(atMs: number): string {
  return new Date(atMs).toUTCString().replace('GMT', '+0000');
}
