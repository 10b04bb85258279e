import type { RestReply } from '../rest-server.ts';
import { errorBody } from './errors.ts';
import { callResource, type TwilioCall } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

const DAY_MS = 86_400_000;
const MAX_PAGE_SIZE = 1_000;
const FILTERS = new Set([
  'To',
  'From',
  'Status',
  'ParentCallSid',
  'StartTime',
  'StartTime<',
  'StartTime>',
  'EndTime',
  'EndTime<',
  'EndTime>',
]);
const PAGING = new Set(['Page', 'PageSize', 'PageToken']);

/**
 * The list of calls, newest first. Time filters are UTC dates, whatever the time of day given along; a call that has not begun has no
 * start time and passes no filter on it.
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources
 */
export function listCalls(world: TwilioWorld, query: URLSearchParams, path: string): RestReply {
  for (const [name, value] of query) {
    if (!FILTERS.has(name) && !PAGING.has(name)) world.exchange.violate(null, 'rest.list', `unknown filter ${name} is ignored`);
    if (/Time[<>]?$/.test(name) && dayOf(value) === null) {
      return { status: 400, json: errorBody({ status: 400, code: 20001, message: `Invalid ${name}: ${value}` }) };
    }
  }
  const pageSize = Math.min(MAX_PAGE_SIZE, Math.max(1, Number(query.get('PageSize') ?? 50) || 50));
  const page = Math.max(0, Number(query.get('Page') ?? 0) || 0);
  const found = world.exchange.calls.filter((call) => matches(call, query)).reverse();
  const from = page * pageSize;
  const rows = found.slice(from, from + pageSize);
  const uriOf = (number: number): string => {
    const next = new URLSearchParams(query);
    next.set('PageSize', String(pageSize));
    next.set('Page', String(number));
    next.set('PageToken', `PA${rows.at(-1)?.id ?? ''}`);
    return `${path}?${next.toString()}`;
  };
  return {
    status: 200,
    json: {
      calls: rows.map((call) => callResource(call, world.accountSid)),
      page,
      page_size: pageSize,
      start: from,
      end: from + Math.max(0, rows.length - 1),
      uri: uriOf(page),
      first_page_uri: uriOf(0),
      next_page_uri: found.length > from + pageSize ? uriOf(page + 1) : null,
      previous_page_uri: page > 0 ? uriOf(page - 1) : null,
    },
  };
}

function matches(call: TwilioCall, query: URLSearchParams): boolean {
  const is = (name: string, value: string | null): boolean => !query.get(name) || query.get(name) === value;
  return (
    is('To', call.to) &&
    is('From', call.from) &&
    is('Status', call.status) &&
    is('ParentCallSid', call.parentId) &&
    isInTime('StartTime', call.startedAtMs, query) &&
    isInTime('EndTime', call.endedAtMs, query)
  );
}

function isInTime(name: string, atMs: number | null, query: URLSearchParams): boolean {
  const [on, before, after] = ['', '<', '>'].map((sign) => {
    const value = query.get(name + sign);
    return value === null ? null : dayOf(value);
  });
  if (typeof on === 'number' && (atMs === null || atMs < on || atMs >= on + DAY_MS)) return false;
  // "On or before midnight of": the day itself is not included, but for its first moment.
  if (typeof before === 'number' && (atMs === null || atMs > before)) return false;
  return !(typeof after === 'number' && (atMs === null || atMs < after));
}

/** Midnight UTC of the date, epoch milliseconds. */
function dayOf(value: string): number | null {
  const found = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(value);
  const atMs = found ? Date.parse(`${found[1]}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}
