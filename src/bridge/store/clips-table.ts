import type { Sql } from './sql.ts';
import type { ClipTable } from './store.ts';

/** Clips of greetings with a name in them are used once or twice; beyond this many bytes the ones not used for longest go. */
const keptBytes = 512 * 1024 * 1024;
/** The moment of use is written at most this often, so that reading a clip is not a write. */
const useStepMs = 24 * 60 * 60 * 1000;

export function clipTable(sql: Sql, now: () => number, limitBytes = keptBytes): ClipTable {
  return {
    get: (key) => {
      const row = sql.one<{ audio: Uint8Array; text: string; used_at_ms: number }>(
        'SELECT audio, text, used_at_ms FROM clips WHERE key = ?',
        key,
      );
      if (!row) return null;
      if (now() - row.used_at_ms > useStepMs) sql.run('UPDATE clips SET used_at_ms = ? WHERE key = ?', now(), key);
      return { audio: row.audio, text: row.text };
    },

    put: (key, audio, text) =>
      sql.transaction(() => {
        sql.run(
          `INSERT INTO clips (key, audio, text, bytes, used_at_ms) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET audio = excluded.audio, text = excluded.text, bytes = excluded.bytes, used_at_ms = excluded.used_at_ms`,
          key,
          audio,
          text,
          audio.byteLength,
          now(),
        );
        const over = (sql.one<{ bytes: number }>('SELECT coalesce(sum(bytes), 0) AS bytes FROM clips')?.bytes ?? 0) - limitBytes;
        if (over > 0) dropOldest(sql, over, key);
      }),
  };
}

function dropOldest(sql: Sql, bytes: number, except: string): void {
  let freed = 0;
  for (const clip of sql.all<{ key: string; bytes: number }>(
    'SELECT key, bytes FROM clips WHERE key <> ? ORDER BY used_at_ms LIMIT 1000',
    except,
  )) {
    if (freed >= bytes) return;
    sql.run('DELETE FROM clips WHERE key = ?', clip.key);
    freed += clip.bytes;
  }
}
