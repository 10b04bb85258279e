import type { AttemptId, CallId } from '#bridge/contract/ids.ts';
import type { Phone } from '#bridge/contract/values.ts';
import { retention } from './retention.ts';
import type { Sql } from './sql.ts';
import type { DueRow, ErasureTable, RetentionClass } from './store.ts';

/** Stands where the number of an erased call was; nobody can have it. */
export const erasedNumber: Phone = '+10000000000';
/** Stands where the name was, so that lists say what became of it. */
const erasedName = 'Erased';

/** The column is emptied when the data of its class is gone, so that its index holds only what is still to be deleted. */
const columns = { audio: 'audio_until_ms', transcript: 'transcript_until_ms', personal: 'detail_until_ms' } as const satisfies Record<
  RetentionClass,
  string
>;
const untilOf = {
  audio: (endedAtMs: number) => retention(endedAtMs).audioUntilMs,
  transcript: (endedAtMs: number) => retention(endedAtMs).transcriptUntilMs,
  personal: (endedAtMs: number) => retention(endedAtMs).detailUntilMs,
} as const satisfies Record<RetentionClass, (endedAtMs: number) => number>;

interface Row {
  readonly id: AttemptId;
  readonly call_id: CallId;
  readonly recording_file: string | null;
}

/** What takes personal data out of the file for good. Pages are overwritten (`secure_delete`), and the log is emptied by `settle`. */
export function erasureTable(sql: Sql): ErasureTable {
  const words = (id: AttemptId) => {
    for (const table of ['segments', 'nudges', 'tool_calls', 'rung_changes'])
      sql.run(`DELETE FROM ${table} WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)`, id);
    // Tags may be names; answers to the scorecard are none.
    sql.run('DELETE FROM call_tags WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)', id);
    sql.run('UPDATE call_clips SET note = NULL WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)', id);
    sql.run('UPDATE marks SET note = NULL WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)', id);
    sql.run('UPDATE involvements SET detail = NULL WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)', id);
    sql.run('UPDATE attempts SET note = NULL, transfer = NULL, transcript_until_ms = NULL WHERE id = ?', id);
  };
  const person = (id: AttemptId) => {
    words(id);
    sql.run(
      `UPDATE attempts SET lead_id = NULL, lead_name = @name, to_number = @number, variables = '{}', consent = NULL, search = '',
         lead_zone = NULL, lead_place = NULL, detail_until_ms = NULL
       WHERE id = @id`,
      { id, name: erasedName, number: erasedNumber },
    );
  };
  return {
    due: (kind, endedBeforeMs, limit) =>
      sql
        .all<Row>(
          `SELECT id, call_id, recording_file FROM attempts
           WHERE ${columns[kind]} <= ? AND ${columns[kind]} IS NOT NULL AND legal_hold = 0 ORDER BY ${columns[kind]} LIMIT ?`,
          untilOf[kind](endedBeforeMs),
          limit,
        )
        .map(rowOf),
    audio: (id) =>
      sql.transaction(() => {
        sql.run('DELETE FROM call_clips WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)', id);
        sql.run('UPDATE attempts SET recording_file = NULL, audio_until_ms = NULL WHERE id = ?', id);
      }),
    words: (id) => sql.transaction(() => words(id)),
    person: (id) => sql.transaction(() => person(id)),
    ofNumber: (number) =>
      sql
        .all<Row & { phase: string; legal_hold: number }>(
          'SELECT id, call_id, recording_file, phase, legal_hold FROM attempts WHERE to_number = ? ORDER BY seq',
          number,
        )
        .map((row) => ({ ...rowOf(row), isOpen: row.phase !== 'ended', isHeld: row.legal_hold === 1 })),
    leads: (number) =>
      sql.transaction(() => {
        // A lead whose call may not be erased stays with it.
        const free = `phone = ? AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.lead_id = leads.id)`;
        for (const { fields } of sql.all<{ fields: string }>(`SELECT fields FROM leads WHERE ${free}`, number)) forgetClips(sql, fields);
        return sql.run(`DELETE FROM leads WHERE ${free}`, number);
      }),
    countLeads: (number) =>
      sql.one<{ count: number }>(
        `SELECT count(*) AS count FROM leads
         WHERE phone = ? AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.lead_id = leads.id AND legal_hold = 1)`,
        number,
      )?.count ?? 0,
    settle: () => sql.checkpoint(),
  };
}

/** A greeting that was spoken with somebody's name is kept as sound; short values say nothing of anybody. */
function forgetClips(sql: Sql, fields: string): void {
  for (const value of Object.values(JSON.parse(fields) as Record<string, unknown>))
    if (typeof value === 'string' && value.trim().length > 2) sql.run('DELETE FROM clips WHERE instr(text, ?) > 0', value.trim());
}

function rowOf({ id, call_id, recording_file }: Row): DueRow {
  return { id, callId: call_id, recordingFile: recording_file };
}
