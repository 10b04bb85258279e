import type { Sql } from './sql.ts';
import type { DialLease } from './store.ts';

/** A holder that was not heard of for this long is taken for dead. Five missed renewals. */
const expiryMs = 10_000;

export function dialLease(sql: Sql): DialLease {
  return {
    // A heartbeat from the future was written before the clock was set back; it must not keep everybody out for hours.
    acquire: (holder, nowMs) =>
      sql.run(
        `INSERT INTO dial_lease (only_row, holder, heartbeat_at_ms) VALUES (1, @holder, @nowMs)
         ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, heartbeat_at_ms = excluded.heartbeat_at_ms
         WHERE holder = excluded.holder OR abs(excluded.heartbeat_at_ms - heartbeat_at_ms) >= @expiryMs`,
        { holder, nowMs, expiryMs },
      ) > 0,
    renew: (holder, nowMs) => sql.run('UPDATE dial_lease SET heartbeat_at_ms = ? WHERE holder = ?', nowMs, holder) > 0,
    release: (holder) => {
      sql.run('DELETE FROM dial_lease WHERE holder = ?', holder);
    },
  };
}
