import type { CallClip } from '#bridge/contract/calls.ts';
import type { World } from '#bridge/contract/words.ts';
import { fromJson, isoOf } from './columns.ts';
import type { TagCount } from './reader.ts';
import type { Reads, Sql } from './sql.ts';
import type { ReviewTable, StoredScore } from './store.ts';

interface ScoreRow {
  readonly items: string;
  readonly points: number | null;
  readonly scored_by: string;
  readonly scored_at_ms: number;
}

const attempt = '(SELECT seq FROM attempts WHERE id = ?)';

export function reviewTable(sql: Sql): ReviewTable {
  return {
    setTags: (id, tags) =>
      sql.transaction(() => {
        // The way in which a tag is written already, by anybody, goes before how it is written now.
        const known = tags.map((tag) => sql.one<{ tag: string }>('SELECT tag FROM call_tags WHERE tag = ? LIMIT 1', tag)?.tag ?? tag);
        sql.run(`DELETE FROM call_tags WHERE attempt = ${attempt}`, id);
        for (const tag of known) sql.run(`INSERT INTO call_tags (tag, attempt) VALUES (?, ${attempt}) ON CONFLICT DO NOTHING`, tag, id);
      }),

    score: (id) => {
      const row = sql.one<ScoreRow>(`SELECT items, points, scored_by, scored_at_ms FROM call_scores WHERE attempt = ${attempt}`, id);
      return (
        row && {
          items: fromJson<StoredScore['items']>(row.items),
          points: row.points,
          scoredBy: row.scored_by,
          scoredAtMs: row.scored_at_ms,
        }
      );
    },
    saveScore: (id, { items, points, scoredBy, scoredAtMs }) => {
      sql.run(
        `INSERT INTO call_scores (attempt, items, points, scored_by, scored_at_ms) VALUES (${attempt}, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET items = excluded.items, points = excluded.points, scored_by = excluded.scored_by,
           scored_at_ms = excluded.scored_at_ms`,
        id,
        JSON.stringify(items),
        points,
        scoredBy,
        scoredAtMs,
      );
    },
    removeScore: (id) => void sql.run(`DELETE FROM call_scores WHERE attempt = ${attempt}`, id),

    addClip: (id, { id: clip, fromMs, toMs, note, by, at }) => {
      sql.run(
        `INSERT INTO call_clips (attempt, id, from_ms, to_ms, note, made_by, at_ms) VALUES (${attempt}, ?, ?, ?, ?, ?, ?)`,
        id,
        clip,
        fromMs,
        toMs,
        note,
        by,
        Date.parse(at),
      );
    },
    clips: (id) =>
      sql
        .all<Omit<CallClip, 'at'> & { atMs: number }>(
          `SELECT id, from_ms AS fromMs, to_ms AS toMs, note, made_by AS by, at_ms AS atMs FROM call_clips
           WHERE attempt = ${attempt} ORDER BY from_ms, seq`,
          id,
        )
        .map(({ atMs, ...clip }) => ({ ...clip, at: isoOf(atMs) })),
    removeClip: (id, clip) => sql.run(`DELETE FROM call_clips WHERE attempt = ${attempt} AND id = ?`, id, clip) > 0,
  };
}

/** Every tag in use, the most used first. */
export function tagsInUse(sql: Reads, world: World | null): readonly TagCount[] {
  return world === null
    ? sql.all<TagCount>('SELECT tag, count(*) AS calls FROM call_tags GROUP BY tag ORDER BY calls DESC, tag')
    : sql.all<TagCount>(
        `SELECT tag, count(*) AS calls FROM call_tags CROSS JOIN attempts ON attempts.seq = call_tags.attempt WHERE world = ?
         GROUP BY tag ORDER BY calls DESC, tag`,
        world,
      );
}
