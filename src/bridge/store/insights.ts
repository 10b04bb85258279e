import type { AgentId } from '#bridge/contract/ids.ts';
import type { Insights } from '#bridge/contract/insights.ts';
import type { ScoreItem } from '#bridge/contract/scores.ts';
import { calendarDays, percentile } from '../domain/insights.ts';
import { narrow } from './call-filter.ts';
import { fromJson, isoOf } from './columns.ts';
import { agentVersionKey, type CallFigures, type DialledCall, InsightsTally } from './insights-tally.ts';
import type { InsightsQuery } from './reader.ts';
import type { Reads } from './sql.ts';

/** All figures of the calls that were dialled in a stretch of time, as stored. */
export function insightsOf(sql: Reads, query: InsightsQuery): Insights {
  const days = byDay(query);
  const { agents, totals, ...calls } = callFigures(sql, days);
  const { figures: scores, ofAgents } = scoreFigures(sql, query);
  return {
    since: isoOf(query.sinceMs),
    until: isoOf(query.untilMs),
    totals: { ...totals, voiceChanged: voiceChanges(sql, query) },
    ...calls,
    replies: replyFigures(sql, days),
    agents: agents.map((agent) => ({
      ...agent,
      averagePoints: ofAgents.get(agentVersionKey(agent.agentId, agent.version))?.value ?? null,
    })),
    scores,
    tags: tagFigures(sql, query),
  };
}

const columns = `created_at_ms AS atMs, answered_at_ms IS NOT NULL AS isAnswered, answer_type AS answerType, outcome, disposition, rung,
  end_cause AS endCause, lead_zone AS leadZone, agent_id AS agentId, agent_version AS version, agent_name AS agentName,
  person_involved AS personInvolved, talk_ms AS talkMs, cost_micros AS costMicros`;

/** Calls that were dialled in a stretch of time. */
type Stretch = Omit<InsightsQuery, 'zone'>;

interface DayStretch {
  /** As `2026-11-01`. */
  readonly day: string;
  readonly calls: Stretch;
}

/** What is read row by row is read of one day after the other, so that no more is held at once. */
function byDay({ zone, ...query }: InsightsQuery): readonly DayStretch[] {
  const days = calendarDays(query.sinceMs, query.untilMs, zone);
  return days.map(({ day, fromMs, untilMs }) => ({ day, calls: { ...query, sinceMs: fromMs, untilMs } }));
}

function callFigures(sql: Reads, days: readonly DayStretch[]): CallFigures {
  const tally = new InsightsTally();
  for (const { day, calls } of days) {
    const { from, bind } = narrow(calls);
    tally.addDay(day, sql.all<DialledCall>(`SELECT ${columns} ${from}`, ...bind));
  }
  return tally.figures;
}

/** Where what hangs on them is looked up for each. */
function callsOf(query: Stretch) {
  const { from, bind } = narrow(query);
  return { calls: `(SELECT seq ${from}) calls`, bind };
}

function voiceChanges(sql: Reads, query: Stretch): number {
  const { calls, bind } = callsOf(query);
  return (
    sql.one<{ count: number }>(
      `SELECT count(*) AS count FROM ${calls}
       WHERE EXISTS (SELECT 1 FROM rung_changes WHERE attempt = calls.seq AND from_rung IS NOT NULL)`,
      ...bind,
    )?.count ?? 0
  );
}

function replyFigures(sql: Reads, days: readonly DayStretch[]): Insights['replies'] {
  const measured = new Map<number, number>();
  for (const { calls } of days) for (const ms of latencies(sql, calls)) measured.set(ms, (measured.get(ms) ?? 0) + 1);
  const [medianMs, p95Ms] = [percentile(measured, 50), percentile(measured, 95)];
  if (medianMs === null || p95Ms === null) return null;
  return { turns: [...measured.values()].reduce((sum, times) => sum + times, 0), medianMs, p95Ms };
}

/** In one text: hundreds of thousands of rows, or as many to be grouped by SQLite, take three times as long. */
function latencies(sql: Reads, query: Stretch): readonly number[] {
  const { calls, bind } = callsOf(query);
  const row = sql.one<{ latencies: string }>(
    `SELECT json_group_array(latency_ms) AS latencies FROM ${calls} CROSS JOIN turns ON turns.attempt = calls.seq`,
    ...bind,
  );
  return row ? fromJson<readonly number[]>(row.latencies) : [];
}

function tagFigures(sql: Reads, query: Stretch): Insights['tags'] {
  const { calls, bind } = callsOf(query);
  return sql.all<Insights['tags'][number]>(
    `SELECT tag, count(*) AS calls FROM ${calls} CROSS JOIN call_tags ON call_tags.attempt = calls.seq
     GROUP BY tag ORDER BY count(*) DESC, tag`,
    ...bind,
  );
}

class Average {
  #sum = 0;
  #times = 0;

  add(points: number): void {
    this.#sum += points;
    this.#times += 1;
  }

  get times(): number {
    return this.#times;
  }

  get value(): number | null {
    return this.#times === 0 ? null : this.#sum / this.#times;
  }
}

interface ScoreRow {
  readonly agentId: AgentId;
  readonly version: number;
  readonly points: number | null;
  readonly items: string;
}

/** An incomplete scorecard has no points, but its answers count. */
function scoreFigures(
  sql: Reads,
  query: Stretch,
): { readonly figures: Insights['scores']; readonly ofAgents: ReadonlyMap<string, Average> } {
  const { calls, bind } = callsOf(query);
  const rows = sql.all<ScoreRow>(
    `SELECT agent_id AS agentId, agent_version AS version, points, items
     FROM ${calls} CROSS JOIN call_scores ON call_scores.attempt = calls.seq CROSS JOIN attempts ON attempts.seq = calls.seq
     ORDER BY scored_at_ms`,
    ...bind,
  );
  const all = new Average();
  const ofAgents = new Map<string, Average>();
  for (const { agentId, version, points } of rows) {
    if (points === null) continue;
    const key = agentVersionKey(agentId, version);
    const ofAgent = ofAgents.get(key) ?? new Average();
    ofAgents.set(key, ofAgent);
    for (const average of [all, ofAgent]) average.add(points);
  }
  const criteria = criteriaOf(rows.map(({ items }) => fromJson<readonly ScoreItem[]>(items)));
  return { figures: { scored: all.times, averagePoints: all.value, criteria }, ofAgents };
}

/** @param cards the one that was answered last at the end: its questions are asked as they are now */
function criteriaOf(cards: readonly (readonly ScoreItem[])[]): Insights['scores']['criteria'] {
  const criteria = new Map<string, Insights['scores']['criteria'][number]>();
  for (const { id, question, answer } of cards.flat()) {
    const { yes, no } = criteria.get(id) ?? { yes: 0, no: 0 };
    criteria.set(id, { criterionId: id, question, yes: yes + Number(answer === 'yes'), no: no + Number(answer === 'no') });
  }
  return [...criteria.values()].sort((a, b) => b.no - a.no || a.question.localeCompare(b.question));
}
