import type { CostLine, Hop, Involvement, Mark, Nudge, RungChange, ToolCall, TurnLatency, TurnParts } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId, SegmentId } from '#bridge/contract/ids.ts';
import { callSummary, openSummaries } from './call-summaries.ts';
import { flag, fromJson, isoOf } from './columns.ts';
import type { Sql, SqlValue } from './sql.ts';
import type { AttemptTable } from './store.ts';

type Details =
  | 'addHop'
  | 'hops'
  | 'addMark'
  | 'removeMark'
  | 'marks'
  | 'addCost'
  | 'costs'
  | 'addToolCall'
  | 'toolCalls'
  | 'addTurn'
  | 'turns'
  | 'saveInvolvement'
  | 'involvements'
  | 'addRungChange'
  | 'rungChanges'
  | 'saveNudge'
  | 'nudges'
  | 'summary'
  | 'openSummaries';

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
    removeMark: (id, mark) => sql.run('DELETE FROM marks WHERE attempt = (SELECT seq FROM attempts WHERE id = ?) AND id = ?', id, mark) > 0,
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
      add(
        'tool_calls',
        ['name', 'arguments', 'result', 'at_ms', 'took_ms'],
        id,
        call.name,
        call.arguments,
        call.result,
        call.atMs,
        call.ms ?? null,
      ),
    toolCalls: (id) =>
      rows<Omit<ToolCall, 'ms'> & { ms: number | null }>('tool_calls', 'name, arguments, result, at_ms AS atMs, took_ms AS ms', id).map(
        ({ ms, ...call }) => ({ ...call, ...(ms === null ? {} : { ms }) }),
      ),

    addTurn: (id, turn) =>
      add(
        'turns',
        ['end_of_speech_ms', 'first_audio_ms', 'latency_ms', 'parts'],
        id,
        turn.endOfSpeechMs,
        turn.firstAudioMs,
        turn.latencyMs,
        turn.parts === undefined ? null : JSON.stringify(turn.parts),
      ),
    turns: (id) =>
      rows<Omit<TurnLatency, 'parts'> & { parts: string | null }>(
        'turns',
        'end_of_speech_ms AS endOfSpeechMs, first_audio_ms AS firstAudioMs, latency_ms AS latencyMs, parts',
        id,
      ).map(({ parts, ...turn }) => ({ ...turn, ...(parts === null ? {} : { parts: fromJson<TurnParts>(parts) }) })),

    saveInvolvement: (id, { id: involvement, who, action, startMs, endMs, at, detail }) => {
      if (sql.run('UPDATE involvements SET end_ms = ?, detail = ? WHERE id = ?', endMs, detail ?? null, involvement) > 0) return;
      add(
        'involvements',
        ['id', 'who', 'action', 'start_ms', 'end_ms', 'at_ms', 'detail'],
        id,
        involvement,
        who,
        action,
        startMs,
        endMs,
        Date.parse(at),
        detail ?? null,
      );
    },
    involvements: (id) =>
      rows<Omit<Involvement, 'at' | 'detail'> & { atMs: number; detail: string | null }>(
        'involvements',
        'id, who, action, start_ms AS startMs, end_ms AS endMs, at_ms AS atMs, detail',
        id,
      ).map(({ atMs, detail, ...involvement }) => ({ ...involvement, at: isoOf(atMs), ...(detail === null ? {} : { detail }) })),

    addRungChange: (id, { at, from, to, because }) =>
      add('rung_changes', ['at_ms', 'from_rung', 'to_rung', 'because'], id, Date.parse(at), from, to, because),
    rungChanges: (id) =>
      rows<Omit<RungChange, 'at'> & { atMs: number }>(
        'rung_changes',
        'at_ms AS atMs, from_rung AS "from", to_rung AS "to", because',
        id,
      ).map(({ atMs, ...change }) => ({ at: isoOf(atMs), ...change })),

    saveNudge: (id, { id: nudge, text, state, at, by, usedIn }) => {
      if (sql.run('UPDATE nudges SET state = ?, used_in = ? WHERE id = ?', state, usedIn ?? null, nudge) > 0) return;
      add('nudges', ['id', 'text', 'state', 'at_ms', 'written_by', 'used_in'], id, nudge, text, state, Date.parse(at), by, usedIn ?? null);
    },
    nudges: (id) =>
      rows<Omit<Nudge, 'at' | 'usedIn'> & { atMs: number; usedIn: SegmentId | null }>(
        'nudges',
        'id, text, state, at_ms AS atMs, written_by AS by, used_in AS usedIn',
        id,
      ).map(({ atMs, usedIn, ...nudge }) => ({ ...nudge, at: isoOf(atMs), ...(usedIn === null ? {} : { usedIn }) })),

    summary: ({ id }) => {
      const summary = callSummary(sql, id);
      if (!summary) throw new BridgeError('not-found', `There is no attempt ${id}.`);
      return summary;
    },
    openSummaries: () => openSummaries(sql),
  };
}
