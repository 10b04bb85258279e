import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import type { Sql } from './sql.ts';
import type { TransferLegRecord, TransferLegTable } from './store.ts';

interface TransferLegRow {
  readonly id: AttemptId;
  readonly attempt_id: AttemptId;
  readonly world: World;
  readonly carrier: CarrierName;
  readonly to_number: string;
  readonly from_number: string;
  readonly submitted_at_ms: number;
  readonly request_id: string | null;
  readonly carrier_call_id: string | null;
  readonly answered_at_ms: number | null;
  readonly ended_at_ms: number | null;
}

const select = 'SELECT l.*, a.id AS attempt_id, a.world FROM transfer_legs l JOIN attempts a ON a.seq = l.attempt';

export function transferLegTable(sql: Sql): TransferLegTable {
  return {
    add: (leg) => {
      sql.run(
        `INSERT INTO transfer_legs (id, attempt, carrier, to_number, from_number, submitted_at_ms)
         SELECT ?, seq, ?, ?, ?, ? FROM attempts WHERE id = ?`,
        leg.id,
        leg.carrier,
        leg.to,
        leg.from,
        leg.submittedAtMs,
        leg.attemptId,
      );
    },

    named: (id, { requestId, carrierCallId }) => {
      sql.run(
        'UPDATE transfer_legs SET request_id = coalesce(?, request_id), carrier_call_id = coalesce(?, carrier_call_id) WHERE id = ?',
        requestId,
        carrierCallId,
        id,
      );
    },

    answered: (id, atMs) => {
      sql.run('UPDATE transfer_legs SET answered_at_ms = coalesce(answered_at_ms, ?) WHERE id = ?', atMs, id);
    },

    ended: (id, atMs) => {
      sql.run('UPDATE transfer_legs SET ended_at_ms = coalesce(ended_at_ms, ?) WHERE id = ?', atMs, id);
    },

    get: (id) => {
      const row = sql.one<TransferLegRow>(`${select} WHERE l.id = ?`, id);
      return row ? toLeg(row) : null;
    },

    open: () => sql.all<TransferLegRow>(`${select} WHERE l.ended_at_ms IS NULL ORDER BY l.seq`).map(toLeg),
  };
}

function toLeg(row: TransferLegRow): TransferLegRecord {
  return {
    id: row.id,
    attemptId: row.attempt_id,
    world: row.world,
    carrier: row.carrier,
    to: row.to_number,
    from: row.from_number,
    submittedAtMs: row.submitted_at_ms,
    requestId: row.request_id,
    carrierCallId: row.carrier_call_id,
    answeredAtMs: row.answered_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}
