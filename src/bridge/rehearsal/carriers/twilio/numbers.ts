import { createHash } from 'node:crypto';
import type { RestReply } from '../rest-server.ts';
import { rfc2822 } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

const maxPageSize = 1_000;
const known = new Set(['Beta', 'FriendlyName', 'PhoneNumber', 'Origin', 'Page', 'PageSize', 'PageToken']);

/**
 * The numbers of the account. Only what Ringside asks for is filtered; a filter that is not known is noted and ignored.
 *
 * @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#read-multiple-incomingphonenumber-resources
 */
export function listNumbers(world: TwilioWorld, query: URLSearchParams, path: string): RestReply {
  for (const name of query.keys()) if (!known.has(name)) world.exchange.violate(null, 'rest.numbers', `unknown filter ${name} is ignored`);
  const pageSize = Math.min(maxPageSize, Math.max(1, Number(query.get('PageSize') ?? 50) || 50));
  const page = Math.max(0, Number(query.get('Page') ?? 0) || 0);
  const wanted = query.get('PhoneNumber');
  const found = world.options.numbers.filter((number) => !wanted || number === wanted);
  const start = page * pageSize;
  const rows = found.slice(start, start + pageSize);
  const uriOf = (number: number): string =>
    `${path}?PageSize=${pageSize}&Page=${number}${number > 0 ? `&PageToken=PA${sidOf(rows.at(-1) ?? '')}` : ''}`;
  return {
    status: 200,
    json: {
      incoming_phone_numbers: rows.map((number) => numberResource(world, number)),
      page,
      page_size: pageSize,
      start,
      end: start + Math.max(0, rows.length - 1),
      uri: uriOf(page),
      first_page_uri: uriOf(0),
      next_page_uri: found.length > start + pageSize ? uriOf(page + 1) : null,
      previous_page_uri: page > 0 ? uriOf(page - 1) : null,
    },
  };
}

/**
 * Numbers of others that were verified to be shown: this account has none.
 *
 * @see https://www.twilio.com/docs/voice/api/outgoing-caller-ids
 */
export function listCallerIds(world: TwilioWorld, query: URLSearchParams, path: string): RestReply {
  for (const name of query.keys())
    if (!known.has(name)) world.exchange.violate(null, 'rest.caller-ids', `unknown filter ${name} is ignored`);
  return {
    status: 200,
    json: { outgoing_caller_ids: [], page: 0, page_size: 50, start: 0, end: 0, uri: path, next_page_uri: null, previous_page_uri: null },
  };
}

function numberResource(world: TwilioWorld, number: string): object {
  const sid = sidOf(number);
  const bought = rfc2822(world.exchange.clock.nowMs() - 30 * 86_400_000);
  return {
    sid,
    account_sid: world.accountSid,
    friendly_name: national(number),
    phone_number: number,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    api_version: '2010-04-01',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    voice_url: '',
    voice_method: 'POST',
    status_callback: '',
    date_created: bought,
    date_updated: bought,
    uri: `/2010-04-01/Accounts/${world.accountSid}/IncomingPhoneNumbers/${sid}.json`,
  };
}

/** A number that nobody has named is called as it is written. */
function national(number: string): string {
  const [, area, office, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area ? `(${area}) ${office}-${line}` : number;
}

function sidOf(number: string): string {
  return `PN${createHash('md5').update(number).digest('hex')}`;
}
