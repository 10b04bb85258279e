import { assertNever } from '#bridge/contract/assert-never.ts';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallState, Speaker } from '#bridge/contract/words.ts';
import { endCauses } from '../domain/end-cause.ts';
import type { AttemptRow } from './attempt-rows.ts';
import { type CallFilter, type CallQuery, narrow, narrowPage, newestFirst } from './call-filter.ts';
import { fromJson, fromJsonOrNull, isoOf, isoOrNull } from './columns.ts';
import type { AttemptPhase } from './records.ts';
import type { Reads } from './sql.ts';

const columns = [
  'call_id',
  'id',
  'lead_id',
  'campaign_id',
  'agent_id',
  'agent_version',
  'agent_name',
  'world',
  'carrier',
  'carrier_call_id',
  'to_number',
  'from_number',
  'lead_name',
  'lead_zone',
  'lead_place',
  'attempt_number',
  'phase',
  'person_involved',
  'transfer',
  'rung',
  'outcome',
  'disposition',
  'answer_type',
  'created_at_ms',
  'submitted_at_ms',
  'ringing_at_ms',
  'answered_at_ms',
  'ended_at_ms',
  'ended_by',
  'ended_reason',
  'hangup_cause',
  'end_cause',
  'talk_ms',
  'cost_micros',
  'compliance',
] as const satisfies readonly (keyof AttemptRow)[];

type SummaryRow = Pick<AttemptRow, (typeof columns)[number]> & {
  readonly last_line: string | null;
  readonly last_speaker: Speaker | null;
  /** JSON. */
  readonly tags: string;
  readonly points: number | null;
};

/** The last words of a person or the ai come along; what was cut off is left out. */
const summaryOf = (source: string) => `
  SELECT ${columns.map((column) => `a.${column}`).join(', ')}, coalesce(s.heard_text, s.text) AS last_line, s.speaker AS last_speaker,
    (SELECT json_group_array(tag) FROM call_tags WHERE attempt = a.seq) AS tags,
    (SELECT points FROM call_scores WHERE attempt = a.seq) AS points
  FROM ${source} LEFT JOIN segments s ON s.seq = (
    SELECT seq FROM segments WHERE attempt = a.seq AND speaker <> 'system' AND coalesce(heard_text, text) <> ''
    ORDER BY start_ms DESC, seq DESC LIMIT 1
  )`;

/** What the store alone can tell of a call; null when there is none. */
export function callSummary(sql: Reads, id: AttemptId): CallSummary | null {
  const row = sql.one<SummaryRow>(`${summaryOf('attempts a')} WHERE a.id = ?`, id);
  return row && toSummary(row);
}

/** A page of calls, newest first: one question, however many they are. Reads rows only of the calls that are shown. */
export function callSummaries(sql: Reads, { limit, ...query }: CallQuery): readonly CallSummary[] {
  const narrowed = narrowPage(sql, query);
  if (!narrowed) return [];
  const page = `(SELECT seq ${narrowed.from} ${newestFirst} LIMIT ?) page CROSS JOIN attempts a ON a.seq = page.seq`;
  return sql.all<SummaryRow>(`${summaryOf(page)} ORDER BY a.created_at_ms DESC, a.seq DESC`, ...narrowed.bind, limit).map(toSummary);
}

/** Of everything that has not ended, newest first. */
export function openSummaries(sql: Reads): readonly CallSummary[] {
  return sql
    .all<SummaryRow>(
      `${summaryOf('attempts a INDEXED BY attempts_open')} WHERE a.phase <> 'ended' ORDER BY a.created_at_ms DESC, a.seq DESC`,
    )
    .map(toSummary);
}

export function countCalls(sql: Reads, filter: CallFilter): number {
  if (filter.live === false) {
    // The open ones are few: counting them and all is quicker than leaving them out one by one.
    const { live: _ended, ...all } = filter;
    return countCalls(sql, all) - countCalls(sql, { ...all, live: true });
  }
  const { from, bind } = narrow(filter);
  return sql.one<{ count: number }>(`SELECT count(*) AS count ${from}`, ...bind)?.count ?? 0;
}

/** What is said here of a call that goes on, who runs it knows better. */
function toSummary(row: SummaryRow): CallSummary {
  return {
    id: row.call_id,
    attemptId: row.id,
    leadId: row.lead_id,
    campaignId: row.campaign_id,
    agentId: row.agent_id,
    agentVersion: row.agent_version,
    world: row.world,
    carrier: row.carrier,
    carrierCallId: row.carrier_call_id,
    to: row.to_number,
    from: row.from_number,
    leadName: row.lead_name,
    leadZone: row.lead_zone,
    leadPlace: row.lead_place,
    agentName: row.agent_name,
    attemptNumber: row.attempt_number,
    state: stateOf(row.phase),
    stateSince: isoOf(row.ended_at_ms ?? row.answered_at_ms ?? row.ringing_at_ms ?? row.submitted_at_ms ?? row.created_at_ms),
    speaking: null,
    thinking: false,
    speakingSince: null,
    holder: null,
    heldBy: null,
    transfer: fromJsonOrNull(row.transfer),
    transferRequest: null,
    attention: null,
    listeners: [],
    personInvolved: row.person_involved === 1,
    rung: row.rung,
    outcome: row.outcome,
    disposition: row.disposition,
    answerType: row.answer_type,
    startedAt: isoOf(row.created_at_ms),
    answeredAt: isoOrNull(row.answered_at_ms),
    endedAt: isoOrNull(row.ended_at_ms),
    endedBy: row.ended_by,
    endedReason: row.ended_reason,
    hangupCause: row.hangup_cause,
    end:
      row.end_cause === null
        ? null
        : { cause: row.end_cause, fault: endCauses[row.end_cause].fault, words: endCauses[row.end_cause].words },
    talkMs: row.talk_ms,
    costMicros: row.cost_micros,
    compliance: fromJson(row.compliance),
    lastLine: row.last_line,
    lastSpeaker: row.last_speaker,
    ...(row.tags === '[]' ? {} : { tags: fromJson<string[]>(row.tags).sort((a, b) => a.localeCompare(b)) }),
    ...(row.points === null ? {} : { points: row.points }),
  };
}

function stateOf(phase: AttemptPhase): CallState {
  switch (phase) {
    case 'intent':
    case 'submitting':
    case 'accepted':
    case 'unknown':
      return 'dialling';
    case 'ringing':
    case 'answered':
    case 'ended':
      return phase;
    default:
      return assertNever(phase);
  }
}
