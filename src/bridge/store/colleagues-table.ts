import type { ColleagueDraft } from '#bridge/contract/colleagues.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { ColleagueId } from '#bridge/contract/ids.ts';
import { flag, fromJsonOrNull, jsonOrNull } from './columns.ts';
import { newId } from './new-id.ts';
import type { Sql } from './sql.ts';
import type { ColleagueTable } from './store.ts';

interface ColleagueRow {
  readonly id: ColleagueId;
  readonly name: string;
  readonly number: string;
  readonly hours: string | null;
  readonly on_duty: number;
  readonly can_take_transfers: number;
}

export function colleagueTable(sql: Sql, now: () => number): ColleagueTable {
  const get = (id: ColleagueId) => {
    const row = sql.one<ColleagueRow>('SELECT * FROM colleagues WHERE id = ?', id);
    return row ? toColleague(row) : null;
  };
  return {
    get,

    list: () => sql.all<ColleagueRow>('SELECT * FROM colleagues ORDER BY seq').map(toColleague),

    save: (draft) =>
      sql.transaction(() => {
        const id = draft.id ?? newId<ColleagueId>('colleague');
        const values = {
          id,
          name: draft.name,
          number: draft.number,
          hours: jsonOrNull(draft.hours),
          on_duty: flag(draft.onDuty),
          can_take_transfers: flag(draft.canTakeTransfers),
          updated_at_ms: now(),
        };
        if (draft.id === undefined)
          sql.run(
            `INSERT INTO colleagues (id, name, number, hours, on_duty, can_take_transfers, updated_at_ms)
             VALUES (:id, :name, :number, :hours, :on_duty, :can_take_transfers, :updated_at_ms)`,
            values,
          );
        else {
          const changed = sql.run(
            `UPDATE colleagues SET name = :name, number = :number, hours = :hours, on_duty = :on_duty,
               can_take_transfers = :can_take_transfers, updated_at_ms = :updated_at_ms WHERE id = :id`,
            values,
          );
          if (changed === 0) throw new BridgeError('not-found', `There is no colleague ${id}.`);
        }
        return { ...draft, id };
      }),

    remove: (id) => sql.run('DELETE FROM colleagues WHERE id = ?', id) > 0,
  };
}

function toColleague(row: ColleagueRow): ColleagueDraft & { readonly id: ColleagueId } {
  return {
    id: row.id,
    name: row.name,
    number: row.number,
    hours: fromJsonOrNull<NonNullable<ColleagueDraft['hours']>>(row.hours),
    onDuty: row.on_duty === 1,
    canTakeTransfers: row.can_take_transfers === 1,
  };
}
