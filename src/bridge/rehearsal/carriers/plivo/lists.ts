import type { RestReply } from '../rest-server.ts';
import { bare, type PlivoCall, plivoTime } from './plivo-call.ts';
import { ok, refusal } from './replies.ts';
import type { PlivoWorld } from './world.ts';

/** No page of the list of completed calls is longer. */
const PAGE = 20;
const WEEK_MS = 7 * 86_400_000;
const MINUTE_RATE = 0.007;
const FILTERS = new Set(
  (
    'subaccount call_direction from_number to_number bill_duration bill_duration__gt bill_duration__gte bill_duration__lt ' +
    'bill_duration__lte end_time end_time__gt end_time__gte end_time__lt end_time__lte parent_call_uuid hangup_source ' +
    'hangup_cause_code limit offset status'
  ).split(' '),
);

/** Live or queued calls: their ids only. */
export function listByStatus(world: PlivoWorld, status: string): RestReply {
  const { exchange } = world;
  if (status !== 'live' && status !== 'queued') return refusal(exchange.random, 400, `status ${status} is invalid`);
  const calls = exchange.calls.filter((call) => !call.isOver && (call.startedAtMs === null) === (status === 'queued'));
  return ok(exchange.random, 200, { calls: calls.map((call) => call.id) });
}

/** One live or queued call. */
export function liveDetail(world: PlivoWorld, call: PlivoCall, status: string): RestReply {
  const { random } = world.exchange;
  if (call.isOver || (call.startedAtMs === null) !== (status === 'queued')) return refusal(random, 404, 'not found');
  return ok(random, 200, {
    direction: 'outbound',
    from: bare(call.from),
    to: bare(call.to),
    call_status: call.status,
    caller_name: '',
    call_uuid: call.id,
    request_uuid: call.requestId,
    session_start: `${plivoTime(call.createdAtMs)}.000000`,
    stir_verification: 'Not Applicable',
  });
}

/** The list of completed calls, newest first: those that ended in the last seven days unless asked otherwise, twenty to a page. */
export function listCompleted(world: PlivoWorld, query: URLSearchParams, path: string): RestReply {
  const { exchange } = world;
  const { random } = exchange;
  for (const name of query.keys()) if (!FILTERS.has(name)) exchange.violate(null, 'rest.list', `unknown filter ${name} is ignored`);
  const limit = Number(query.get('limit') ?? PAGE);
  const offset = Number(query.get('offset') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE) return refusal(random, 400, `limit must be from 1 to ${PAGE}`);
  if (!Number.isInteger(offset) || offset < 0) return refusal(random, 400, 'offset is invalid');
  const bounds = new Map<string, number>();
  for (const sign of ['', '__gt', '__gte', '__lt', '__lte']) {
    const value = query.get(`end_time${sign}`);
    if (value === null) continue;
    const atMs = readTime(value);
    if (atMs === null) return refusal(random, 400, `end_time${sign} is invalid: use YYYY-MM-DD HH:MM[:ss[.uuuuuu]]`);
    bounds.set(sign, atMs);
  }
  if (bounds.size === 0) bounds.set('__gte', exchange.clock.nowMs() - WEEK_MS);
  const found = exchange.calls.filter((call) => call.isFiled && isWanted(call, query, bounds)).reverse();
  const uriAt = (from: number): string => {
    const next = new URLSearchParams(query);
    next.set('limit', String(limit));
    next.set('offset', String(from));
    return `${path}?${next.toString()}`;
  };
  return ok(random, 200, {
    meta: {
      limit,
      offset,
      total_count: found.length,
      next: found.length > offset + limit ? uriAt(offset + limit) : null,
      previous: offset > 0 ? uriAt(Math.max(0, offset - limit)) : null,
    },
    objects: found.slice(offset, offset + limit).map((call) => callRecord(world, call)),
  });
}

function isWanted(call: PlivoCall, query: URLSearchParams, bounds: ReadonlyMap<string, number>): boolean {
  const number = (name: string, value: string): boolean => !query.get(name) || bare(query.get(name) ?? '') === bare(value);
  if (!number('from_number', call.from) || !number('to_number', call.to)) return false;
  if (query.get('call_direction') && query.get('call_direction') !== 'outbound') return false;
  if (query.get('parent_call_uuid') && query.get('parent_call_uuid') !== call.parentId) return false;
  // The records show whole seconds, and are compared by them.
  const atMs = Math.floor((call.endedAtMs ?? 0) / 1000) * 1000;
  for (const [sign, bound] of bounds) {
    if (sign === '' && atMs !== bound) return false;
    if (sign === '__gt' && !(atMs > bound)) return false;
    if (sign === '__gte' && !(atMs >= bound)) return false;
    if (sign === '__lt' && !(atMs < bound)) return false;
    if (sign === '__lte' && !(atMs <= bound)) return false;
  }
  return true;
}

/** The record of a completed call. It does not name the request that placed it. */
export function callRecord(world: PlivoWorld, call: PlivoCall): Record<string, unknown> {
  const minutes = Math.ceil(call.durationS / 60);
  const time = (atMs: number | null): string | null => (atMs === null ? null : `${plivoTime(atMs)}+00:00`);
  return {
    call_uuid: call.id,
    parent_call_uuid: call.parentId,
    call_direction: 'outbound',
    call_state: call.answeredAtMs === null ? (call.cause?.status ?? '').toUpperCase() : 'ANSWERED',
    from_number: bare(call.from),
    to_number: bare(call.to),
    initiation_time: time(call.createdAtMs),
    answer_time: time(call.answeredAtMs),
    end_time: time(call.endedAtMs),
    call_duration: call.durationS,
    bill_duration: call.durationS,
    billed_duration: minutes * 60,
    total_rate: MINUTE_RATE.toFixed(5),
    total_amount: (minutes * MINUTE_RATE).toFixed(5),
    hangup_cause_code: call.cause?.code ?? null,
    hangup_cause_name: call.cause?.name ?? null,
    hangup_source: call.hangup?.source ?? null,
    conference_uuid: null,
    stir_verification: 'Not Applicable',
    resource_uri: `/v1/Account/${world.options.credentials.authId}/Call/${call.id}/`,
  };
}

function readTime(value: string): number | null {
  const found = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})(:\d{2})?(\.\d{1,6})?$/.exec(value);
  if (!found) return null;
  const atMs = Date.parse(`${found[1]}T${found[2]}${found[3] ?? ':00'}${(found[4] ?? '').slice(0, 4)}Z`);
  return Number.isNaN(atMs) ? null : atMs;
}
