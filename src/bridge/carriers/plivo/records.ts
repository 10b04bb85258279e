import type { LegQuery, LegRecord } from '../carrier.ts';
import { dollarsMicros, instantMs, secondsMs } from '../times.ts';
import { endOf } from './causes.ts';
import { type CallRecord, callStatus, type LiveCall } from './wire.ts';

/** The lists of calls that are not over. */
export type WaitingKind = 'live' | 'queued';

/** Clocks of two machines differ; a call may seem to be older than the request that made it. */
export const clockSlackMs = 5_000;

/** A finished call, from Plivo's call record. */
export function recordOfEnded(call: CallRecord, requestId: string | null): LegRecord {
  const status = callStatus.safeParse(call.call_state ?? '');
  const talkedMs = secondsMs(call.call_duration);
  const code = call.hangup_cause_code === null || call.hangup_cause_code === undefined ? null : String(call.hangup_cause_code);
  const end = endOf({
    code,
    word: call.hangup_cause_name ?? null,
    status: status.success ? status.data : call.answer_time || (talkedMs ?? 0) > 0 ? 'completed' : null,
    source: call.hangup_source ?? null,
  });
  return {
    carrierCallId: call.call_uuid,
    requestId: call.request_uuid ?? requestId,
    phase: 'ended',
    outcome: end.outcome,
    cause: end.cause,
    createdAtMs: instantMs(call.initiation_time),
    answeredAtMs: instantMs(call.answer_time),
    endedAtMs: instantMs(call.end_time),
    durationMs: talkedMs,
    priceMicros: dollarsMicros(call.total_amount),
  };
}

/**
 * Plivo's live calls are all that have left its queue. Whose phone has not been picked up must not be taken for a talk: it would be given
 * an apology, which cannot be played, and then be hung up. Any other word is a talk.
 */
const notAnswered: ReadonlySet<string> = new Set(['queued', 'initiated', 'dialing', 'dialling', 'early-media', 'ringing']);

/** A call that waits, rings or talks, from Plivo's list of such. */
export function recordOfWaiting(uuid: string, call: LiveCall, kind: WaitingKind): LegRecord {
  const status = call.call_status?.toLowerCase() ?? '';
  return {
    carrierCallId: call.call_uuid ?? uuid,
    requestId: call.request_uuid ?? null,
    phase: kind === 'queued' ? 'queued' : notAnswered.has(status) ? 'ringing' : 'live',
    outcome: null,
    cause: null,
    createdAtMs: instantMs(call.session_start),
    answeredAtMs: null,
    endedAtMs: null,
    durationMs: null,
    priceMicros: null,
  };
}

/** Numbers come with and without a plus; a side that Plivo leaves out cannot speak against a call. */
export function sameNumbers(
  call: { readonly from?: string | null | undefined; readonly to?: string | null | undefined },
  query: LegQuery,
): boolean {
  return sameNumber(call.to, query.to) && sameNumber(call.from, query.from);
}

function sameNumber(theirs: string | null | undefined, ours: string): boolean {
  return !theirs || theirs.replace(/\D/g, '') === ours.replace(/\D/g, '');
}

/** Not certainly made outside the interval: Plivo's times often bear no zone, and then say nothing. */
export function mayBeMeant(record: LegRecord, query: LegQuery): boolean {
  const { createdAtMs } = record;
  return createdAtMs === null || (createdAtMs >= query.createdAfterMs - clockSlackMs && createdAtMs <= query.createdBeforeMs);
}

/** An instant as Plivo's filters want it: UTC, `2026-11-23 15:00:00`. */
export function plivoTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
