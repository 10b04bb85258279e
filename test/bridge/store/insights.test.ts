import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentId, CampaignId } from '#bridge/contract/ids.ts';
import { type Insights, insights } from '#bridge/contract/insights.ts';
import type { ScoreAnswer, ScoreItem } from '#bridge/contract/scores.ts';
import { attemptTable } from '#bridge/store/attempts-table.ts';
import { insightsOf } from '#bridge/store/insights.ts';
import { migrate } from '#bridge/store/migrate.ts';
import { migrations } from '#bridge/store/migrations/all.ts';
import type { InsightsQuery } from '#bridge/store/reader.ts';
import type { AttemptDraft, AttemptEnding, AttemptPatch } from '#bridge/store/records.ts';
import { Sql } from '#bridge/store/sql.ts';
import { attemptDraft, ending, phoneNumber } from '../../support/store.ts';

const at = (text: string) => Date.parse(text);
const newYork = 'America/New_York';
/** From the last day of October to the third of November in New York, where the clock is set back on the first: a day of 25 hours. */
const stretch = { world: 'real', sinceMs: at('2026-10-31T04:00:00Z'), untilMs: at('2026-11-04T05:00:00Z'), zone: newYork } as const;
const noon = '2026-11-01T17:00:00Z';

let sql: Sql;
let dialled = 0;
beforeEach(() => {
  sql = new Sql(':memory:', 'memory');
  migrate(sql, migrations, 'memory');
  dialled = 0;
});
afterEach(() => sql.close());

/** Exactly what the contract says, nothing less and nothing more. */
function look(query: Partial<InsightsQuery> = {}): Insights {
  const found = insightsOf(sql, { ...stretch, ...query });
  expect(found).toEqual(insights.parse(found));
  return found;
}

type Dialled = Partial<AttemptDraft> & { readonly ends?: Partial<AttemptEnding> | null; readonly patch?: AttemptPatch };

/** A call of New York that was dialled then; without `ends`, nobody answered it. @returns its row */
function call(createdAt: string, { ends = {}, patch, ...fields }: Dialled = {}): number {
  const attempts = attemptTable(sql);
  dialled += 1;
  const createdAtMs = at(createdAt);
  const draft = attemptDraft({ world: 'real', leadZone: newYork, to: phoneNumber(dialled), ...fields, createdAtMs });
  attempts.intend(draft, () => null);
  if (patch) attempts.update(draft.id, patch);
  const unanswered = { outcome: 'no-answer', disposition: 'no-answer', answerType: null, talkMs: 0, costMicros: 0 } as const;
  if (ends) attempts.end(draft.id, ending({ ...unanswered, endedAtMs: createdAtMs + 60_000, ...ends }), null);
  return sql.one<{ seq: number }>('SELECT seq FROM attempts WHERE id = ?', draft.id)?.seq ?? 0;
}

/** One that a person picked up, of one minute and two cents. */
function talk(createdAt: string, { ends, patch, ...fields }: Dialled = {}): number {
  const talked = { outcome: 'completed', disposition: 'talked', answerType: 'human', talkMs: 60_000, costMicros: 20_000 } as const;
  return call(createdAt, { ...fields, ends: { ...talked, ...ends }, patch: { answeredAtMs: at(createdAt) + 5_000, ...patch } });
}

function score(attempt: number, answers: Readonly<Record<string, ScoreAnswer | null>>, points: number | null, scoredAtMs: number): void {
  const items = Object.entries(answers).map(([question, answer]) => ({
    // The same question, however it was put.
    id: question.split(' ')[0],
    question,
    weight: 1,
    isFatal: false,
    measure: null,
    answer,
    by: answer && 'person',
  })) as unknown as ScoreItem[];
  sql.run('INSERT INTO call_scores VALUES (?, ?, ?, ?, ?)', attempt, points, JSON.stringify(items), 'Dana', scoredAtMs);
}

const none = { dialled: 0, answered: 0, people: 0, won: 0, optOuts: 0, costMicros: 0 };

describe('the insights', () => {
  it('are all there when nothing was dialled', () => {
    expect(look()).toEqual({
      since: '2026-10-31T04:00:00.000Z',
      until: '2026-11-04T05:00:00.000Z',
      totals: { ...none, talkMs: 0, personInvolved: 0, voiceChanged: 0 },
      days: ['2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03'].map((day) => ({ day, ...none })),
      hours: Array.from({ length: 24 }, (_, hour) => ({ hour, dialled: 0, people: 0 })),
      outcomes: [],
      dispositions: [],
      rungs: [],
      ends: [],
      replies: null,
      agents: [],
      scores: { scored: 0, averagePoints: null, criteria: [] },
      tags: [],
    });
  });

  it('add up what became of the calls', () => {
    call(noon);
    call(noon, { ends: { outcome: 'busy', disposition: 'busy' } });
    call(noon, { ends: { outcome: 'busy', disposition: 'busy', costMicros: 1 } });
    talk(noon, { ends: { answerType: 'machine', disposition: 'voicemail-no-message', talkMs: 9_000 } });
    talk(noon, { ends: { answerType: null, disposition: 'hung-up-early', talkMs: 1_000 } });
    talk(noon, { ends: { disposition: 'appointment' }, patch: { personInvolved: true } });
    talk(noon, { ends: { disposition: 'transferred' } });
    talk(noon, { ends: { disposition: 'do-not-call', answerType: 'silence' } });
    const { totals, outcomes, dispositions, days } = look();
    const counted = { dialled: 8, answered: 5, people: 3, won: 2, optOuts: 1, costMicros: 100_001 };
    expect(totals).toEqual({ ...counted, talkMs: 190_000, personInvolved: 2, voiceChanged: 0 });
    expect(days.filter((day) => day.dialled > 0)).toEqual([{ day: '2026-11-01', ...counted }]);
    expect(outcomes).toEqual([
      { outcome: 'completed', calls: 5 },
      { outcome: 'busy', calls: 2 },
      { outcome: 'no-answer', calls: 1 },
    ]);
    expect(dispositions.slice(0, 3)).toEqual([
      { disposition: 'busy', calls: 2 },
      { disposition: 'appointment', calls: 1 },
      { disposition: 'do-not-call', calls: 1 },
    ]);
    expect(dispositions.reduce((sum, { calls }) => sum + calls, 0)).toBe(8);
  });

  it('part the days at the midnights of the calendar, also where the clock is set back', () => {
    call('2026-11-01T03:59:59.999Z');
    call('2026-11-01T04:00:00Z');
    talk('2026-11-01T05:30:00Z');
    call('2026-11-02T04:59:59.999Z');
    call('2026-11-02T05:00:00Z');
    expect(look().days.map(({ day, dialled: calls, people }) => [day, calls, people])).toEqual([
      ['2026-10-31', 1, 0],
      ['2026-11-01', 3, 1],
      ['2026-11-02', 1, 0],
      ['2026-11-03', 0, 0],
    ]);
    // Elsewhere, the same calls were dialled on other days.
    expect(look({ zone: 'UTC' }).days.map(({ day, dialled: calls }) => [day, calls])).toEqual([
      ['2026-10-31', 0],
      ['2026-11-01', 3],
      ['2026-11-02', 2],
      ['2026-11-03', 0],
      ['2026-11-04', 0],
    ]);
  });

  it('tell the hours by the clock of each lead', () => {
    talk('2026-11-01T05:30:00Z');
    call('2026-11-01T06:30:00Z');
    call('2026-11-01T07:00:00Z');
    talk('2026-11-01T07:00:00Z', { leadZone: 'Asia/Kolkata' });
    call('2026-11-01T07:00:00Z', { leadZone: 'Asia/Kolkata' });
    call('2026-11-01T07:00:00Z', { leadZone: null });
    call('2026-11-01T07:00:00Z', { leadZone: 'Mars/Olympus' });
    const { hours, totals } = look();
    expect(hours).toHaveLength(24);
    expect(hours.filter((hour) => hour.dialled > 0)).toEqual([
      { hour: 1, dialled: 2, people: 1 },
      { hour: 2, dialled: 1, people: 0 },
      { hour: 12, dialled: 2, people: 1 },
    ]);
    expect(totals.dialled).toBe(7);
  });

  it('are of one world, one campaign and one stretch of time alone', () => {
    const [a, b, r] = [addCampaign('a', 'real'), addCampaign('b', 'real'), addCampaign('r', 'rehearsal')];
    const all = [
      talk(noon, { campaignId: a }),
      talk(noon, { campaignId: b }),
      talk(noon),
      talk(noon, { campaignId: r, world: 'rehearsal' }),
      talk('2026-10-31T03:59:59.999Z', { campaignId: a }),
      talk('2026-11-04T05:00:00Z', { campaignId: a }),
      talk('2026-11-04T04:59:59.999Z', { campaignId: a }),
    ];
    for (const attempt of all) {
      sql.run('INSERT INTO turns (attempt, end_of_speech_ms, first_audio_ms, latency_ms) VALUES (?, 0, 0, 5)', attempt);
      sql.run(`INSERT INTO call_tags VALUES ('seen', ?)`, attempt);
      sql.run(`INSERT INTO rung_changes (attempt, at_ms, from_rung, to_rung, because) VALUES (?, 1, 'live', 'cascade', 'x')`, attempt);
      score(attempt, { q: 'yes' }, 100, 1);
    }
    const expectCalls = (query: Partial<InsightsQuery>, calls: number) => {
      const { totals, days, replies, tags, scores, agents } = look(query);
      expect(totals).toMatchObject({ dialled: calls, people: calls, voiceChanged: calls });
      expect(days.reduce((sum, day) => sum + day.dialled, 0)).toBe(calls);
      expect(agents.reduce((sum, agent) => sum + agent.dialled, 0)).toBe(calls);
      expect([replies?.turns ?? 0, tags[0]?.calls ?? 0, scores.scored]).toEqual([calls, calls, calls]);
    };
    expectCalls({}, 4);
    expectCalls({ campaignId: a }, 2);
    expectCalls({ campaignId: b }, 1);
    expectCalls({ world: 'rehearsal' }, 1);
    expectCalls({ world: 'rehearsal', campaignId: r }, 1);
    expectCalls({ world: 'real', campaignId: r }, 0);
    expectCalls({ untilMs: stretch.untilMs + 1 }, 5);
  });

  it('count calls that go on as they are stored', () => {
    call(noon, { ends: null });
    call(noon, { ends: null, patch: { phase: 'answered', answeredAtMs: at(noon), answerType: 'human', rung: 'live', costMicros: 7 } });
    const { totals, outcomes, dispositions, ends, rungs } = look();
    expect(totals).toMatchObject({ dialled: 2, answered: 1, people: 1, won: 0, costMicros: 7 });
    expect([outcomes, dispositions, ends]).toEqual([[], [], []]);
    expect(rungs).toEqual([{ rung: 'live', calls: 1 }]);
  });

  it('say why calls ended and whose doing it was, where that was kept', () => {
    talk(noon, { ends: { endCause: 'lead-hung-up' } });
    talk(noon, { ends: { endCause: 'network-cut' } });
    talk(noon, { ends: { endCause: 'lead-hung-up' } });
    talk(noon);
    expect(look().ends).toEqual([
      { cause: 'lead-hung-up', fault: null, words: 'The lead hung up', calls: 2 },
      { cause: 'network-cut', fault: 'network', words: 'The connection to the carrier broke off in mid-call', calls: 1 },
    ]);
  });

  it('tell which voice spoke last, and in how many calls another one took over', () => {
    const change = (attempt: number, from: string | null, to: string) =>
      sql.run(`INSERT INTO rung_changes (attempt, at_ms, from_rung, to_rung, because) VALUES (?, 1, ?, ?, 'x')`, attempt, from, to);
    talk(noon, { patch: { rung: 'live' } });
    const twice = talk(noon, { patch: { rung: 'announcement' } });
    change(twice, 'realtime', 'cascade');
    change(twice, 'cascade', 'announcement');
    change(talk(noon, { patch: { rung: 'live' } }), null, 'live');
    const { rungs, totals } = look();
    expect(rungs).toEqual([
      { rung: 'live', calls: 2 },
      { rung: 'announcement', calls: 1 },
    ]);
    expect(totals.voiceChanged).toBe(1);
  });

  it('measure the replies of all calls together', () => {
    const [one, other] = [talk('2026-10-31T12:00:00Z'), talk('2026-11-02T12:00:00Z')];
    for (let ms = 1; ms <= 20; ms += 1) {
      const attempt = ms <= 15 ? one : other;
      sql.run('INSERT INTO turns (attempt, end_of_speech_ms, first_audio_ms, latency_ms) VALUES (?, 0, ?, ?)', attempt, ms * 100, ms * 100);
    }
    expect(look().replies).toEqual({ turns: 20, medianMs: 1_000, p95Ms: 1_900 });
    expect(look({ sinceMs: at('2026-11-01T04:00:00Z') }).replies).toEqual({ turns: 5, medianMs: 1_800, p95Ms: 2_000 });
  });

  it('hold versions of agents against each other, the newest call first', () => {
    const [ada, bo] = ['agent_ada' as AgentId, 'agent_bo' as AgentId];
    score(talk('2026-11-01T12:00:00Z', { agentId: ada, agentName: 'Ada' }), { q: 'yes' }, 90, 1);
    score(talk('2026-11-01T13:00:00Z', { agentId: ada, agentName: 'Ada', ends: { disposition: 'sale' } }), { q: 'no' }, 45, 2);
    call('2026-11-01T14:00:00Z', { agentId: bo, agentName: 'Bo' });
    score(talk('2026-11-01T12:30:00Z', { agentId: ada, agentName: 'Ada 2', agentVersion: 2 }), { q: null }, null, 3);
    expect(look().agents).toEqual([
      { agentId: bo, name: 'Bo', version: 1, ...none, dialled: 1, averagePoints: null },
      {
        agentId: ada,
        name: 'Ada',
        version: 1,
        dialled: 2,
        answered: 2,
        people: 2,
        won: 1,
        optOuts: 0,
        costMicros: 40_000,
        averagePoints: 67.5,
      },
      {
        agentId: ada,
        name: 'Ada 2',
        version: 2,
        dialled: 1,
        answered: 1,
        people: 1,
        won: 0,
        optOuts: 0,
        costMicros: 20_000,
        averagePoints: null,
      },
    ]);
  });

  it('count the answers of people, with the questions as they were last asked', () => {
    score(talk(noon), { 'polite Was it polite?': 'no', 'price Was the price told?': 'yes' }, 50, 2_000);
    score(talk(noon), { 'polite Polite?': 'yes', 'price Price?': 'no', 'old Gone since?': 'not-applicable' }, 50, 1_000);
    score(talk(noon), { 'price Was the price told?': 'no', 'polite Was it polite?': null }, null, 3_000);
    score(talk(noon), { 'price Was the price told?': 'yes' }, 100, 500);
    const { scored, averagePoints, criteria } = look().scores;
    expect(scored).toBe(3);
    expect(averagePoints).toBeCloseTo(200 / 3);
    expect(criteria).toEqual([
      { criterionId: 'price', question: 'price Was the price told?', yes: 2, no: 2 },
      { criterionId: 'polite', question: 'polite Was it polite?', yes: 1, no: 1 },
      { criterionId: 'old', question: 'old Gone since?', yes: 0, no: 0 },
    ]);
  });

  it('count calls by tag, the most frequent first and however it is written', () => {
    for (const tags of [['Angry', 'price'], ['angry'], ['VIP']]) {
      const attempt = talk(noon);
      for (const tag of tags) sql.run('INSERT INTO call_tags VALUES (?, ?)', tag, attempt);
    }
    expect(look().tags.map(({ tag, calls }) => [tag.toLowerCase(), calls])).toEqual([
      ['angry', 2],
      ['price', 1],
      ['vip', 1],
    ]);
  });
});

function addCampaign(id: string, world: 'real' | 'rehearsal'): CampaignId {
  sql.run(`INSERT OR IGNORE INTO agents (id, version, created_at_ms) VALUES ('agent', 1, 0)`);
  sql.run(
    `INSERT INTO campaigns (id, state, name, agent_id, carrier, world, from_numbers, ladder, lines, calls_per_second, calling_window, retry,
       answering_machine, ring_seconds, max_call_seconds, compliance, countries, record_at_carrier, created_at_ms, updated_at_ms)
     VALUES (?, 'running', 'x', 'agent', 'twilio', ?, '[]', '[]', 1, 1, '{}', '{}', 'off', 1, 1, '{}', '[]', 0, 0, 0)`,
    id,
    world,
  );
  return id as CampaignId;
}
