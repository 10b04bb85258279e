import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId, LeadId } from '#bridge/contract/ids.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import { isFault } from '#bridge/domain/retry.ts';
import { attemptDetails } from './attempt-details.ts';
import { type AttemptRow, draftColumns, patchClause, toAttempt } from './attempt-rows.ts';
import { type CallQuery, narrowPage, newestFirst } from './call-filter.ts';
import { flag } from './columns.ts';
import type { AttemptDraft, AttemptEnding, LeadChange } from './records.ts';
import { retention } from './retention.ts';
import type { Sql } from './sql.ts';
import type { AttemptTable } from './store.ts';
import { storedFacts } from './stored-facts.ts';
import { suppressionOf } from './suppressions-table.ts';
import { spendingOf } from './tallies.ts';

export function attemptTable(sql: Sql): AttemptTable {
  const find = (id: AttemptId) => sql.one<AttemptRow>('SELECT * FROM attempts WHERE id = ?', id);

  return {
    intend: (draft, decide) =>
      sql.transaction(() => {
        const refusal = decide(storedFacts(sql, draft));
        if (refusal !== null) return refusal;
        insert(sql, draft);
        if (draft.leadId !== null) leadDialling(sql, draft.leadId);
        return null;
      }),

    facts: (draft) => storedFacts(sql, draft),

    spending: (world, sinceMs) => spendingOf(sql, world, sinceMs),

    update: (id, patch) => {
      const { set, values } = patchClause(patch);
      if (values.phase === 'ended') throw new BridgeError('internal', 'An attempt is ended by its ending, not by a patch.');
      if (set === '') return;
      if (sql.run(`UPDATE attempts SET ${set} WHERE id = @id`, { ...values, id }) === 0) throw noAttempt(id);
    },

    end: (id, ending, lead) =>
      sql.transaction(() => {
        const row = find(id);
        if (!row) throw noAttempt(id);
        if (row.phase === 'ended') return false;
        writeEnding(sql, id, ending);
        if (lead !== null && row.lead_id !== null) moveLeadOn(sql, row.lead_id, row, lead);
        return true;
      }),

    release: (id) =>
      sql.transaction(() => {
        const row = find(id);
        if (!row || row.phase === 'ended') return;
        if (row.phase !== 'intent' && row.phase !== 'submitting') {
          throw new BridgeError('state/conflict', 'The carrier has this call already; it has to end, it cannot be taken back.');
        }
        sql.run('DELETE FROM attempts WHERE id = ?', id);
        if (row.lead_id === null) return;
        sql.run(
          `UPDATE leads SET attempts = max(0, attempts - 1), state = CASE state WHEN 'dialling' THEN 'ready' ELSE state END WHERE id = ?`,
          row.lead_id,
        );
        takeOutIfSuppressed(sql, row.lead_id, row);
      }),

    faultsInARow: (lead) => {
      // A lead has a dozen attempts at the most.
      const ended = sql.all<{ outcome: Outcome }>(
        `SELECT outcome FROM attempts WHERE lead_id = ? AND phase = 'ended' ORDER BY seq DESC LIMIT 50`,
        lead,
      );
      const others = ended.findIndex(({ outcome }) => !isFault(outcome));
      return others === -1 ? ended.length : others;
    },

    get: (id) => {
      const row = find(id);
      return row ? toAttempt(row) : null;
    },

    byCall: (id) => {
      const row = sql.one<AttemptRow>('SELECT * FROM attempts WHERE call_id = ?', id);
      return row ? toAttempt(row) : null;
    },

    open: () => sql.all<AttemptRow>(`SELECT * FROM attempts INDEXED BY attempts_open WHERE phase <> 'ended' ORDER BY seq`).map(toAttempt),

    list: (query) => listed(sql, query).map(toAttempt),

    ...attemptDetails(sql),
  };
}

function insert(sql: Sql, draft: AttemptDraft): void {
  const columns = draftColumns(draft);
  const names = Object.keys(columns);
  try {
    sql.run(
      `INSERT INTO attempts (${names.join(', ')}, phase, attempt_number)
       VALUES (${names.map((name) => `@${name}`).join(', ')}, 'intent', 1 + (SELECT count(*) FROM attempts WHERE lead_id = @lead_id))`,
      columns,
    );
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== 'state/conflict') throw error;
    throw new BridgeError('state/conflict', 'This lead or this number is being dialled already.', { cause: error });
  }
}

function leadDialling(sql: Sql, lead: LeadId): void {
  const found = sql.run(
    `UPDATE leads SET state = 'dialling', state_reason = NULL, next_attempt_at_ms = NULL, refusal = NULL, attempts = attempts + 1 WHERE id = ?`,
    lead,
  );
  if (found === 0) throw new BridgeError('not-found', `There is no lead ${lead}.`);
}

function writeEnding(sql: Sql, id: AttemptId, ending: AttemptEnding): void {
  const until = retention(ending.endedAtMs);
  sql.run(
    `UPDATE attempts SET phase = 'ended', outcome = @outcome, disposition = @disposition, answer_type = @answerType,
       hangup_cause = @hangupCause, end_cause = @endCause, ended_by = @endedBy, ended_reason = @endedReason, ended_at_ms = @endedAtMs,
       talk_ms = @talkMs, cost_micros = @costMicros, person_involved = person_involved OR @disposition = 'transferred',
       audio_until_ms = @audioUntilMs, transcript_until_ms = @transcriptUntilMs, detail_until_ms = @detailUntilMs
     WHERE id = @id`,
    { endCause: null, ...ending, ...until, id },
  );
}

type Callee = Pick<AttemptRow, 'to_number' | 'world'>;

function moveLeadOn(sql: Sql, lead: LeadId, callee: Callee, change: LeadChange): void {
  const { countsAsAttempt, ...columns } = change;
  sql.run(
    `UPDATE leads SET state = @state, state_reason = @stateReason, next_attempt_at_ms = @nextAttemptAtMs,
       last_outcome = @outcome, disposition = @disposition, attempts = max(0, attempts - @givenBack)
     WHERE id = @lead`,
    { ...columns, givenBack: flag(!countsAsAttempt), lead },
  );
  takeOutIfSuppressed(sql, lead, callee);
}

/** The number may have been suppressed during the call, when its lead was in no queue to be taken out of. */
function takeOutIfSuppressed(sql: Sql, lead: LeadId, callee: Callee): void {
  const suppression = suppressionOf(sql, callee.to_number, callee.world);
  if (!suppression) return;
  sql.run(
    `UPDATE leads SET state = 'suppressed', state_reason = ?, next_attempt_at_ms = NULL WHERE id = ? AND state IN ('ready', 'waiting')`,
    suppression.reason,
    lead,
  );
}

function listed(sql: Sql, { limit, ...query }: CallQuery): AttemptRow[] {
  const page = narrowPage(sql, query);
  if (!page) return [];
  return sql.all<AttemptRow>(`SELECT * ${page.from} ${newestFirst} LIMIT ?`, ...page.bind, limit);
}

function noAttempt(id: AttemptId): BridgeError {
  return new BridgeError('not-found', `There is no attempt ${id}.`);
}
