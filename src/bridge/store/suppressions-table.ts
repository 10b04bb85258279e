import type { SuppressionId } from '#bridge/contract/ids.ts';
import type { Suppression, SuppressionReason } from '#bridge/contract/leads.ts';
import type { World } from '#bridge/contract/words.ts';
import { searchParts } from '#bridge/domain/search-text.ts';
import { isoOf } from './columns.ts';
import { newId } from './new-id.ts';
import { placeGone } from './place-in-list.ts';
import type { SuppressionQuery } from './reader.ts';
import type { Reads, Sql, SqlValue } from './sql.ts';
import type { SuppressionTable } from './store.ts';

interface SuppressionRow {
  readonly id: SuppressionId;
  readonly number: string;
  readonly world: World;
  readonly reason: SuppressionReason;
  readonly source: string | null;
  readonly created_at_ms: number;
}

export function suppressionTable(sql: Sql, now: () => number): SuppressionTable {
  return {
    add: (numbers, world, reason, source) =>
      sql.transaction(() => {
        let added = 0;
        for (const number of numbers) {
          added += sql.run(
            `INSERT INTO suppressions (id, number, world, reason, source, created_at_ms)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number, world) DO NOTHING`,
            newId<SuppressionId>('suppression'),
            number,
            world,
            reason,
            source,
            now(),
          );
          sql.run(
            `UPDATE leads SET state = 'suppressed', state_reason = ?, next_attempt_at_ms = NULL
             WHERE phone = ? AND state IN ('ready', 'waiting') AND (SELECT world FROM campaigns WHERE id = campaign_id) = ?`,
            reason,
            number,
            world,
          );
        }
        return { added, alreadyThere: numbers.length - added };
      }),

    has: (number, world) => suppressionOf(sql, number, world),

    list: (query) => listSuppressions(sql, query),

    remove: (id, reason) =>
      sql.transaction(() => {
        sql.run(
          `INSERT INTO suppression_removals (id, number, world, reason, source, created_at_ms, removed_at_ms, removed_because)
           SELECT id, number, world, reason, source, created_at_ms, ?, ? FROM suppressions WHERE id = ?`,
          now(),
          reason,
          id,
        );
        return sql.run('DELETE FROM suppressions WHERE id = ?', id) > 0;
      }),
  };
}

/** Newest first. A search walks through the numbers, which takes long among a million: ask it elsewhere than on the thread of the audio. */
export function listSuppressions(sql: Reads, { world, search, after, limit }: SuppressionQuery): readonly Suppression[] {
  const before =
    after === undefined ? Number.MAX_SAFE_INTEGER : sql.one<{ seq: number }>('SELECT seq FROM suppressions WHERE id = ?', after)?.seq;
  if (before === undefined) throw placeGone();
  const wanted: (readonly [condition: string, value: SqlValue])[] = [['seq < ?', before]];
  if (world !== undefined) wanted.push(['world = ?', world]);
  for (const part of searchParts(search ?? '')) {
    wanted.push(/^\d+$/.test(part) ? ['instr(number, ?) > 0', part] : [`instr(lower(source), ?) > 0`, part]);
  }
  return sql
    .all<SuppressionRow>(
      `SELECT * FROM suppressions WHERE ${wanted.map(([condition]) => condition).join(' AND ')} ORDER BY seq DESC LIMIT ?`,
      ...wanted.map(([, value]) => value),
      limit,
    )
    .map(toSuppression);
}

export function suppressionOf(sql: Sql, number: string, world: World): { readonly reason: string } | null {
  return sql.one<{ reason: string }>('SELECT reason FROM suppressions WHERE number = ? AND world = ?', number, world);
}

function toSuppression(row: SuppressionRow): Suppression {
  return {
    id: row.id,
    number: row.number,
    world: row.world,
    reason: row.reason,
    source: row.source,
    createdAt: isoOf(row.created_at_ms),
  };
}
