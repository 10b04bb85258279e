import type { EndCause } from '#bridge/contract/diagnosis.ts';
import { searchText } from '#bridge/domain/search-text.ts';
import { flag, fromJson, fromJsonOrNull, jsonOrNull } from './columns.ts';
import type { AttemptDraft, AttemptPatch, AttemptRecord } from './records.ts';
import type { SqlParameters, SqlValue } from './sql.ts';

/** A row of `attempts`. Where a column holds the value as it is, its type is taken from the record. */
export interface AttemptRow {
  readonly seq: number;
  readonly id: AttemptRecord['id'];
  readonly call_id: AttemptRecord['callId'];
  readonly campaign_id: AttemptRecord['campaignId'];
  readonly lead_id: AttemptRecord['leadId'];
  readonly lead_name: string | null;
  readonly agent_id: AttemptRecord['agentId'];
  readonly agent_version: number;
  readonly world: AttemptRecord['world'];
  readonly carrier: AttemptRecord['carrier'];
  readonly to_number: string;
  readonly from_number: string;
  readonly ladder: string;
  readonly call_budget_micros: number | null;
  readonly variables: string;
  readonly compliance: string;
  readonly consent: string | null;
  readonly ring_timeout_ms: number;
  readonly max_call_ms: number;
  readonly answering_machine: AttemptRecord['answeringMachine'];
  readonly record_at_carrier: number;
  readonly reserved_micros: number;
  readonly deadline_at_ms: number;
  readonly created_at_ms: number;
  readonly phase: AttemptRecord['phase'];
  readonly request_id: string | null;
  readonly carrier_call_id: string | null;
  readonly submitted_at_ms: number | null;
  readonly ringing_at_ms: number | null;
  readonly answered_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly rung: AttemptRecord['rung'];
  readonly outcome: AttemptRecord['outcome'];
  readonly disposition: AttemptRecord['disposition'];
  readonly answer_type: AttemptRecord['answerType'];
  readonly answer_reason: string | null;
  readonly talk: string | null;
  readonly hangup_cause: string | null;
  readonly end_cause: EndCause | null;
  readonly ended_by: AttemptRecord['endedBy'];
  readonly ended_reason: string | null;
  readonly talk_ms: number;
  readonly cost_micros: number;
  readonly disclosure_played_at_ms: number | null;
  readonly recording_file: string | null;
  readonly note: string | null;
  readonly agent_name: string;
  readonly lead_zone: string | null;
  readonly lead_place: string | null;
  readonly attempt_number: number;
  readonly person_involved: number;
  readonly transfer: string | null;
  readonly legal_hold: number;
  readonly legal_hold_set: string | null;
}

export function toAttempt(row: AttemptRow): AttemptRecord {
  return {
    id: row.id,
    callId: row.call_id,
    campaignId: row.campaign_id,
    leadId: row.lead_id,
    leadName: row.lead_name,
    agentId: row.agent_id,
    agentVersion: row.agent_version,
    world: row.world,
    carrier: row.carrier,
    to: row.to_number,
    from: row.from_number,
    ladder: fromJson(row.ladder),
    callBudgetMicros: row.call_budget_micros ?? null,
    variables: fromJson(row.variables),
    compliance: fromJson(row.compliance),
    consent: fromJsonOrNull(row.consent),
    ringTimeoutMs: row.ring_timeout_ms,
    maxCallMs: row.max_call_ms,
    answeringMachine: row.answering_machine,
    recordAtCarrier: row.record_at_carrier === 1,
    reservedMicros: row.reserved_micros,
    deadlineAtMs: row.deadline_at_ms,
    createdAtMs: row.created_at_ms,
    phase: row.phase,
    requestId: row.request_id,
    carrierCallId: row.carrier_call_id,
    submittedAtMs: row.submitted_at_ms,
    ringingAtMs: row.ringing_at_ms,
    answeredAtMs: row.answered_at_ms,
    endedAtMs: row.ended_at_ms,
    rung: row.rung,
    outcome: row.outcome,
    disposition: row.disposition,
    answerType: row.answer_type,
    answerReason: row.answer_reason ?? null,
    talk: fromJsonOrNull(row.talk ?? null),
    hangupCause: row.hangup_cause,
    endedBy: row.ended_by,
    endedReason: row.ended_reason,
    talkMs: row.talk_ms,
    costMicros: row.cost_micros,
    disclosurePlayedAtMs: row.disclosure_played_at_ms,
    recordingFile: row.recording_file,
    note: row.note,
    agentName: row.agent_name,
    leadZone: row.lead_zone,
    leadPlace: row.lead_place,
    attemptNumber: row.attempt_number,
    personInvolved: row.person_involved === 1,
    transfer: fromJsonOrNull(row.transfer ?? null),
    legalHold: row.legal_hold === 1 ? fromJsonOrNull(row.legal_hold_set ?? null) : null,
  };
}

export function draftColumns(draft: AttemptDraft): SqlParameters {
  return {
    id: draft.id,
    call_id: draft.callId,
    campaign_id: draft.campaignId,
    lead_id: draft.leadId,
    lead_name: draft.leadName,
    agent_id: draft.agentId,
    agent_version: draft.agentVersion,
    world: draft.world,
    carrier: draft.carrier,
    to_number: draft.to,
    from_number: draft.from,
    ladder: JSON.stringify(draft.ladder),
    call_budget_micros: draft.callBudgetMicros,
    variables: JSON.stringify(draft.variables),
    compliance: JSON.stringify(draft.compliance),
    consent: jsonOrNull(draft.consent),
    ring_timeout_ms: draft.ringTimeoutMs,
    max_call_ms: draft.maxCallMs,
    answering_machine: draft.answeringMachine,
    record_at_carrier: flag(draft.recordAtCarrier),
    reserved_micros: draft.reservedMicros,
    deadline_at_ms: draft.deadlineAtMs,
    created_at_ms: draft.createdAtMs,
    agent_name: draft.agentName,
    lead_zone: draft.leadZone,
    lead_place: draft.leadPlace,
    search: searchText([draft.leadName], draft.to),
  };
}

/** Column of each field that may change; a new field of the patch does not compile until it has one. */
const patchColumn: Readonly<Record<keyof AttemptPatch, string>> = {
  phase: 'phase',
  requestId: 'request_id',
  carrierCallId: 'carrier_call_id',
  submittedAtMs: 'submitted_at_ms',
  ringingAtMs: 'ringing_at_ms',
  answeredAtMs: 'answered_at_ms',
  rung: 'rung',
  disposition: 'disposition',
  endCause: 'end_cause',
  answerType: 'answer_type',
  answerReason: 'answer_reason',
  talk: 'talk',
  talkMs: 'talk_ms',
  costMicros: 'cost_micros',
  disclosurePlayedAtMs: 'disclosure_played_at_ms',
  recordingFile: 'recording_file',
  note: 'note',
  personInvolved: 'person_involved',
  transfer: 'transfer',
  legalHold: 'legal_hold_set',
};

/** `SET` clause and its values for the fields that the patch names. An attempt that has ended never opens again: its phase stays. */
export function patchClause(patch: AttemptPatch): { readonly set: string; readonly values: SqlParameters } {
  const values: Record<string, SqlValue> = {};
  const parts: string[] = [];
  for (const [field, column] of Object.entries(patchColumn)) {
    const value = patch[field as keyof AttemptPatch];
    if (value === undefined) continue;
    values[column] = columnValue(value);
    parts.push(column === 'phase' ? `phase = CASE phase WHEN 'ended' THEN 'ended' ELSE @phase END` : `${column} = @${column}`);
    // What looks for data to delete reads the flag alone.
    if (field === 'legalHold') parts.push(`legal_hold = @${column} IS NOT NULL`);
  }
  return { set: parts.join(', '), values };
}

function columnValue(value: NonNullable<AttemptPatch[keyof AttemptPatch]> | null): SqlValue {
  if (typeof value === 'boolean') return flag(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
