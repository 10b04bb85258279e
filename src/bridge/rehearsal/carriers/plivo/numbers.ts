import type { RestReply } from '../rest-server.ts';
import { bare } from './plivo-call.ts';
import { ok, refusal } from './replies.ts';
import type { PlivoWorld } from './world.ts';

/** No page is longer. */
const pageMax = 20;
const known = new Set(['type', 'number_startswith', 'subaccount', 'alias', 'services', 'limit', 'offset']);

/**
 * The numbers of the account, in Plivo's form: digits without a plus.
 *
 * @see https://www.plivo.com/docs/numbers/api/account-phone-number/list-all-my-numbers/
 */
export function listNumbers(world: PlivoWorld, query: URLSearchParams, path: string): RestReply {
  const { exchange, options } = world;
  const { random } = exchange;
  for (const name of query.keys()) if (!known.has(name)) exchange.violate(null, 'rest.numbers', `unknown filter ${name} is ignored`);
  const limit = Number(query.get('limit') ?? pageMax);
  const offset = Number(query.get('offset') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > pageMax) return refusal(random, 400, `limit must be from 1 to ${pageMax}`);
  if (!Number.isInteger(offset) || offset < 0) return refusal(random, 400, 'offset is invalid');
  const prefix = query.get('number_startswith') ?? '';
  const found = options.numbers.map(bare).filter((number) => number.startsWith(prefix));
  const uriAt = (from: number): string => `${path}?limit=${limit}&offset=${from}`;
  return ok(random, 200, {
    meta: {
      limit,
      offset,
      total_count: found.length,
      next: found.length > offset + limit ? uriAt(offset + limit) : null,
      previous: offset > 0 ? uriAt(Math.max(0, offset - limit)) : null,
    },
    objects: found.slice(offset, offset + limit).map((number) => ({
      number,
      alias: null,
      sub_account: null,
      added_on: '2026-01-05',
      application: null,
      carrier: 'Plivo',
      city: null,
      country: 'UNITED STATES',
      region: 'UNITED STATES',
      number_type: 'local',
      type: 'fixed',
      monthly_rental_rate: '0.50000',
      sms_enabled: true,
      sms_rate: '0.00000',
      mms_enabled: false,
      voice_enabled: true,
      voice_rate: '0.00550',
      resource_uri: `/v1/Account/${options.credentials.authId}/Number/${number}/`,
    })),
  });
}
