import { isoOf } from './columns.ts';
import type { DayFigures, DayQuery, RowCounts, SpendingPoint } from './reader.ts';
import type { Reads } from './sql.ts';

/** As many as a screen has room for. */
const pointsMax = 200;

/** What a campaign had cost at each moment, from nothing on: one point for each step of the time that it took. */
export function spending(sql: Reads, campaign: string): readonly SpendingPoint[] {
  const costs = sql.all<{ atMs: number; micros: number }>(
    `SELECT coalesce(ended_at_ms, created_at_ms) AS atMs, cost_micros AS micros FROM attempts INDEXED BY attempts_by_campaign
     WHERE campaign_id = ? ORDER BY atMs`,
    campaign,
  );
  const [first] = costs;
  const last = costs.at(-1);
  if (!first || !last) return [];
  const stepMs = Math.max(1, Math.ceil((last.atMs - first.atMs) / (pointsMax - 2)));
  const points: SpendingPoint[] = [{ at: isoOf(first.atMs), costMicros: 0 }];
  let costMicros = 0;
  for (const [index, { atMs, micros }] of costs.entries()) {
    costMicros += micros;
    const next = costs[index + 1];
    const isLastOfStep = !next || Math.floor((next.atMs - first.atMs) / stepMs) > Math.floor((atMs - first.atMs) / stepMs);
    if (isLastOfStep) points.push({ at: isoOf(atMs), costMicros });
  }
  return points;
}

/** Of the calls that were dialled since then, as stored: what runs up while a call goes on is not in it. */
export function dayFigures(sql: Reads, { world, sinceMs }: DayQuery): DayFigures {
  return (
    sql.one<DayFigures>(
      `SELECT count(*) AS calls, count(answered_at_ms) AS answered, coalesce(sum(talk_ms), 0) AS talkMs,
         coalesce(sum(cost_micros), 0) AS spentMicros
       FROM attempts INDEXED BY attempts_by_world WHERE world = ? AND created_at_ms >= ?`,
      world,
      sinceMs,
    ) ?? { calls: 0, answered: 0, talkMs: 0, spentMicros: 0 }
  );
}

export function rowCounts(sql: Reads): RowCounts {
  return (
    sql.one<RowCounts>(
      `SELECT (SELECT count(*) FROM attempts) AS calls, (SELECT count(*) FROM segments) AS segments, (SELECT count(*) FROM leads) AS leads`,
    ) ?? { calls: 0, segments: 0, leads: 0 }
  );
}
