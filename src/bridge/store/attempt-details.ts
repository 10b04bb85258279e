import { assertNever } from '#bridge/contract/assert-never.ts';
import type { CallSummary, CostLine, Hop, Mark, ToolCall, TurnLatency } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallState, Speaker } from '#bridge/contract/words.ts';
import { flag, isoOf, isoOrNull } from './columns.ts';
import type { AttemptPhase, AttemptRecord } from './records.ts';
import type { Sql, SqlValue } from './sql.ts';
import type { AttemptTable } from './store.ts';

type Details =
  | 'addHop'
  | 'hops'
  | 'addMark'
  | 'marks'
  | 'addCost'
  | 'costs'
  | 'addToolCall'
  | 'toolCalls'
  | 'addTurn'
  | 'turns'
  | 'summary';

/** What hangs on an attempt, one small table each, in the order in which it was added. */
export function attemptDetails(sql: Sql): Pick<AttemptTable, Details> {
  const add = (table: string, columns: readonly string[], attempt: AttemptId, ...values: readonly SqlValue[]) => {
    const added = sql.run(
      `INSERT INTO ${table} (attempt, ${columns.join(', ')}) SELECT seq${', ?'.repeat(columns.length)} FROM attempts WHERE id = ?`,
      ...values,
      attempt,
    );
    if (added === 0) throw new BridgeError('not-found', `There is no attempt ${attempt}.`);
  };
  const rows = <Row>(table: string, columns: string, attempt: AttemptId): Row[] =>
    sql.all<Row>(`SELECT ${columns} FROM ${table} WHERE attempt = (SELECT seq FROM attempts WHERE id = ?) ORDER BY seq`, attempt);

  return {
    addHop: (id, hop) =>
      add('hops', ['name', 'at_ms', 'since_dial_ms', 'detail'], id, hop.name, Date.parse(hop.at), hop.sinceDialMs, hop.detail ?? null),
    hops: (id) =>
      rows<Omit<Hop, 'at' | 'detail'> & { atMs: number; detail: string | null }>(
        'hops',
        'name, at_ms AS atMs, since_dial_ms AS sinceDialMs, detail',
        id,
      ).map(({ atMs, detail, ...hop }) => ({ ...hop, at: isoOf(atMs), ...(detail === null ? {} : { detail }) })),

    addMark: (id, mark) => add('marks', ['id', 'at_ms', 'offset_ms', 'note'], id, mark.id, Date.parse(mark.at), mark.offsetMs, mark.note),
    marks: (id) =>
      rows<Omit<Mark, 'at'> & { atMs: number }>('marks', 'id, at_ms AS atMs, offset_ms AS offsetMs, note', id).map(({ atMs, ...mark }) => ({
        ...mark,
        at: isoOf(atMs),
      })),

    addCost: (id, line) =>
      add('cost_lines', ['kind', 'micros', 'detail', 'estimated'], id, line.kind, line.micros, line.detail, flag(line.estimated)),
    costs: (id) =>
      rows<Omit<CostLine, 'estimated'> & { estimated: number }>('cost_lines', 'kind, micros, detail, estimated', id).map((line) => ({
        ...line,
        estimated: line.estimated === 1,
      })),

    addToolCall: (id, call) =>
      add('tool_calls', ['name', 'arguments', 'result', 'at_ms'], id, call.name, call.arguments, call.result, call.atMs),
    toolCalls: (id) => rows<ToolCall>('tool_calls', 'name, arguments, result, at_ms AS atMs', id),

    addTurn: (id, turn) =>
      add('turns', ['end_of_speech_ms', 'first_audio_ms', 'latency_ms'], id, turn.endOfSpeechMs, turn.firstAudioMs, turn.latencyMs),
    turns: (id) =>
      rows<TurnLatency>('turns', 'end_of_speech_ms AS endOfSpeechMs, first_audio_ms AS firstAudioMs, latency_ms AS latencyMs', id),

    summary: (record) => summaryOf(record, lastLineOf(sql, record.id), agentNameOf(sql, record)),
  };
}

/** The last words of a person or the ai; what was cut off is left out. */
function lastLineOf(sql: Sql, attempt: AttemptId): LastLine | null {
  return sql.one<LastLine>(
    `SELECT coalesce(heard_text, text) AS line, speaker FROM segments
     WHERE attempt = (SELECT seq FROM attempts WHERE id = ?) AND speaker <> 'system' AND coalesce(heard_text, text) <> ''
     ORDER BY start_ms DESC, seq DESC LIMIT 1`,
    attempt,
  );
}

interface LastLine {
  readonly line: string;
  readonly speaker: Speaker;
}

function agentNameOf(sql: Sql, { agentId, agentVersion }: AttemptRecord): string {
  const row = sql.one<{ name: string }>(
    `SELECT json_extract(recipe, '$.name') AS name FROM agent_versions WHERE agent_id = ? AND version = ?`,
    agentId,
    agentVersion,
  );
  return row?.name ?? '';
}

/** What the store alone can tell; who runs the call knows better about `state`, `speaking` and `heldBy` while it is live. */
function summaryOf(record: AttemptRecord, last: LastLine | null, agentName: string): CallSummary {
  return {
    id: record.callId,
    attemptId: record.id,
    leadId: record.leadId,
    campaignId: record.campaignId,
    agentId: record.agentId,
    agentVersion: record.agentVersion,
    world: record.world,
    carrier: record.carrier,
    carrierCallId: record.carrierCallId,
    to: record.to,
    from: record.from,
    leadName: record.leadName,
    leadZone: null,
    leadPlace: null,
    agentName,
    attemptNumber: 1,
    state: stateOf(record.phase),
    stateSince: isoOf(record.endedAtMs ?? record.answeredAtMs ?? record.ringingAtMs ?? record.submittedAtMs ?? record.createdAtMs),
    speaking: null,
    speakingSince: null,
    heldBy: null,
    attention: null,
    listeners: [],
    personInvolved: false,
    rung: record.rung,
    outcome: record.outcome,
    disposition: record.disposition,
    answerType: record.answerType,
    startedAt: isoOf(record.createdAtMs),
    answeredAt: isoOrNull(record.answeredAtMs),
    endedAt: isoOrNull(record.endedAtMs),
    endedBy: record.endedBy,
    endedReason: record.endedReason,
    hangupCause: record.hangupCause,
    talkMs: record.talkMs,
    costMicros: record.costMicros,
    compliance: record.compliance,
    lastLine: last?.line ?? null,
    lastSpeaker: last?.speaker ?? null,
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
