import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallId, CampaignId, LeadId } from '#bridge/contract/ids.ts';
import { attemptTable } from '#bridge/store/attempts-table.ts';
import { callSummaries, countCalls } from '#bridge/store/call-summaries.ts';
import { campaignTable } from '#bridge/store/campaigns-table.ts';
import { insightsOf } from '#bridge/store/insights.ts';
import { leadTable, searchLeads } from '#bridge/store/leads-table.ts';
import { migrate } from '#bridge/store/migrate.ts';
import { migrations } from '#bridge/store/migrations/all.ts';
import { Sql } from '#bridge/store/sql.ts';
import type { AttemptTable } from '#bridge/store/store.ts';
import { attemptDraft } from '../../support/store.ts';

/** Remembers what was asked, so that SQLite can be asked how it goes about it. */
class WatchedSql extends Sql {
  readonly asked: (readonly [sql: string, bind: Parameters<Sql['all']>[1][]])[] = [];

  override one<Row>(sql: string, ...bind: Parameters<Sql['all']>[1][]): Row | null {
    this.asked.push([sql, bind]);
    return super.one<Row>(sql, ...bind);
  }

  override all<Row>(sql: string, ...bind: Parameters<Sql['all']>[1][]): Row[] {
    this.asked.push([sql, bind]);
    return super.all<Row>(sql, ...bind);
  }

  /** Steps of every question so far. */
  plans(): string[] {
    const asked = this.asked.splice(0);
    return asked.flatMap(([sql, bind]) => super.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...bind).map(({ detail }) => detail));
  }
}

/** 20,000 ended attempts and leads of two campaigns, and five open ones. */
const fill = `
  INSERT INTO agents (id, version, created_at_ms) VALUES ('agent', 1, 0);
  INSERT INTO campaigns (id, state, name, agent_id, carrier, world, from_numbers, ladder, lines, calls_per_second, calling_window, retry,
    answering_machine, ring_seconds, max_call_seconds, compliance, countries, record_at_carrier, created_at_ms, updated_at_ms)
  SELECT 'campaign_' || value, 'running', 'x', 'agent', 'twilio', 'rehearsal', '[]', '[]', 1, 1, '{}', '{}', 'off', 1, 1, '{}', '[]', 0, 0, 0
  FROM json_each('[0,1]');
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
  INSERT INTO leads (id, campaign_id, phone, country, state, time_zones, fields, created_at_ms, next_attempt_at_ms)
  SELECT 'lead_' || i, 'campaign_' || (i % 2), '+1555' || (1000000 + i), 'US', iif(i % 100 = 0, 'waiting', 'done'), '[]', '{}', i, i FROM n;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
  INSERT INTO attempts (id, call_id, campaign_id, lead_id, agent_id, agent_version, world, carrier, to_number, from_number, ladder, variables,
    compliance, ring_timeout_ms, max_call_ms, answering_machine, record_at_carrier, reserved_micros, deadline_at_ms, created_at_ms, phase,
    ended_at_ms, outcome, disposition, rung, end_cause)
  SELECT 'attempt_' || i, 'call_' || i, 'campaign_' || (i % 2), 'lead_' || i, 'agent', 1, 'rehearsal', 'twilio', '+1555' || (1000000 + i),
    '+15550109999', '[]', '{}', '{}', 1, 1, 'off', 0, 100, 0, i, iif(i % 4000 = 0, 'answered', 'ended'), iif(i % 4000 = 0, NULL, i),
    iif(i % 1000 = 1, 'busy', 'completed'), iif(i % 500 = 1, 'sale', 'talked'), 'realtime',
    iif(i % 4000 = 0, NULL, iif(i % 500 = 2, 'ai-failed', 'lead-hung-up'))
  FROM n;
`;

describe.each(['fresh', 'analysed'])('with 20,000 calls in a %s file', (state) => {
  let sql: WatchedSql;
  let attempts: AttemptTable;
  const campaignId = 'campaign_1' as CampaignId;
  beforeAll(() => {
    sql = new WatchedSql(':memory:', 'memory');
    migrate(sql, migrations, 'memory');
    sql.script(fill);
    if (state === 'analysed') sql.script('ANALYZE');
    attempts = attemptTable(sql);
  });
  beforeEach(() => {
    sql.asked.length = 0;
  });
  afterAll(() => sql.close());

  /** Walking through an index is only for the few open attempts, and for the newest of all; a page ends when it is full. */
  const expectNoWalk = (allowed: RegExp = /USING (COVERING )?INDEX (attempts_open|attempts_in_lists)$/) => {
    const plans = sql.plans();
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.filter((step) => step.startsWith('SCAN') && !/^SCAN CONSTANT ROW/.test(step) && !allowed.test(step))).toEqual([]);
    return plans;
  };

  it.each([
    {},
    { campaignId },
    { world: 'rehearsal' },
    { campaignId, world: 'rehearsal' },
    { sinceMs: 19_000 },
    { sinceMs: 19_000, campaignId },
    { outcome: 'busy' },
    { outcome: 'busy', campaignId, world: 'rehearsal' },
    { disposition: 'sale', world: 'rehearsal' },
    { disposition: 'sale', campaignId },
    { rung: 'announcement', world: 'rehearsal' },
    { cause: 'ai-failed' },
    { cause: 'lead-hung-up', campaignId, world: 'rehearsal', sinceMs: 19_000 },
    { after: 'call_10000' as CallId, campaignId },
    { after: 'call_10000' as CallId },
    { after: 'call_10000' as CallId, cause: 'lead-hung-up' },
    { live: false },
  ] as const)('a page of %j is read in order off one index', (query) => {
    const rows = attempts.list({ ...query, limit: 10 });
    expect(rows.map(({ createdAtMs }) => createdAtMs)).toEqual(rows.map(({ createdAtMs }) => createdAtMs).toSorted((a, b) => b - a));
    expect(expectNoWalk().filter((step) => step.includes('TEMP B-TREE FOR ORDER BY'))).toEqual([]);
  });

  const walked = /SCAN (attempts USING COVERING INDEX \w+|attempts USING INDEX attempts_open|page)$/;
  const readsRows = (step: string) => /attempts USING INDEX (?!attempts_open)/.test(step);

  it.each([
    {},
    { campaignId, world: 'rehearsal' },
    { sinceMs: 19_000, untilMs: 19_500, world: 'rehearsal' },
    { outcome: 'busy', world: 'real' },
    { outcome: 'busy', disposition: 'sale' },
    { personInvolved: true },
    { personInvolved: true, campaignId },
    { minTalkMs: 1, maxTalkMs: 5 },
    { minTalkMs: 1, outcome: 'completed', world: 'real' },
    { cause: 'ai-failed' },
    { cause: 'ai-failed', campaignId, sinceMs: 100 },
    { search: 'grace 5551000' },
    { search: 'grace', rung: 'announcement', live: false },
    { after: 'call_10000' as CallId, minTalkMs: 1 },
  ] as const)('a list of %j reads no row of a call that it does not show', (filter) => {
    callSummaries(sql, { ...filter, limit: 10 });
    const page = expectNoWalk(walked);
    expect(page.filter(readsRows)).toEqual('after' in filter ? [expect.stringContaining('(call_id=?)')] : []);
    const sorted = page.filter((step) => step.includes('TEMP B-TREE'));
    // The page itself, once it is found.
    expect(sorted.length).toBeLessThanOrEqual(1);
    const { after: _after, ...counted } = { after: undefined, ...filter };
    countCalls(sql, counted);
    expect(expectNoWalk(walked).filter(readsRows)).toEqual([]);
  });

  it('what a day has cost is read off its quarters of an hour, however many calls it has', () => {
    expect(attempts.spending('rehearsal', 0)).toEqual({ spentMicros: 0, heldMicros: 500 });
    const plans = expectNoWalk();
    expect(plans).toContainEqual(expect.stringMatching(/SEARCH spent_by_quarter USING PRIMARY KEY/));
    expect(plans.filter((step) => step.includes('attempts'))).toEqual([expect.stringMatching(/INDEX attempts_open$/)]);
  });

  it.each([
    ['attempts_by_world (world=? AND created_at_ms>? AND created_at_ms<?)', {}],
    ['attempts_by_campaign (campaign_id=? AND created_at_ms>? AND created_at_ms<?)', { campaignId }],
  ] as const)('insights read no call but those that they are about, each by %s', (index, filter) => {
    const dialled = { world: 'rehearsal', sinceMs: 19_000, untilMs: 19_500, zone: 'UTC' } as const;
    const { totals } = insightsOf(sql, { ...dialled, ...filter });
    expect(totals.dialled).toBe('campaignId' in filter ? 250 : 500);
    const steps = expectNoWalk();
    const reads = steps.filter((step) => step.startsWith('SEARCH') && !step.includes('campaigns'));
    for (const step of reads) expect(step).toMatch(/attempt=\?|created_at_ms<\?|rowid=\?/);
    // One look at the calls themselves; for what hangs on them, only their places are read.
    const ranges = reads.filter((step) => step.includes('created_at_ms'));
    expect(ranges).toHaveLength(5);
    for (const step of ranges) expect(step).toContain(index);
    expect(ranges.filter((step) => step.includes('USING INDEX'))).toHaveLength(1);
  });

  it('searching leads walks through the index of their campaign', () => {
    searchLeads(sql, { campaignId, search: '5551000', limit: 10 });
    expect(expectNoWalk()).toContainEqual(expect.stringMatching(/SEARCH leads USING COVERING INDEX leads_by_campaign/));
  });

  it.each([{}, { campaignId: 'campaign_0' as CampaignId }, { world: 'rehearsal' }] as const)(
    'live calls of %j are found among the open ones',
    (query) => {
      expect(attempts.list({ ...query, live: true, limit: 10 })).toHaveLength(5);
      expectNoWalk(/INDEX attempts_open$/);
    },
  );

  it.each([{ tag: 'vip' }, { tag: 'vip', campaignId, disposition: 'talked' }, { scored: true }] as const)(
    'calls of %j are looked up row by row among what people have judged',
    (filter) => {
      expect(callSummaries(sql, { ...filter, limit: 10 })).toEqual([]);
      countCalls(sql, filter);
      const plans = expectNoWalk(/SCAN (call_scores|page)/);
      expect(plans.filter((step) => step.startsWith('SEARCH attempts USING INTEGER PRIMARY KEY'))).toHaveLength(2);
    },
  );

  it('calls that nobody has scored are read in order, and what is scored once', () => {
    expect(callSummaries(sql, { scored: false, limit: 10 })).toHaveLength(10);
    expectNoWalk(/INDEX attempts_in_lists$|SCAN (call_scores|page)/);
  });

  it('pages of a filter leave nothing out and repeat nothing', () => {
    const seen: string[] = [];
    for (let after: CallId | undefined; ; ) {
      const page = attempts.list({ campaignId, disposition: 'sale', limit: 7, ...(after && { after }) });
      if (page.length === 0) break;
      seen.push(...page.map(({ callId }) => callId));
      after = page.at(-1)?.callId;
    }
    expect(seen).toHaveLength(40);
    expect(new Set(seen).size).toBe(40);
  });

  it('the gate, the totals and the queue never walk through the tables', () => {
    attempts.facts(attemptDraft({ campaignId, leadId: 'lead_77' as LeadId, to: '+15551000077', createdAtMs: 20_000 }));
    attempts.open();
    campaignTable(sql, () => 0).totals(campaignId);
    campaignTable(sql, () => 0).hasAttempts(campaignId);
    leadTable(sql, () => 0).dialable(campaignId, 5_000, 20);
    leadTable(sql, () => 0).list({ campaignId, state: 'waiting', limit: 5 });
    expectNoWalk(/USING (COVERING )?INDEX attempts_open$/);
  });
});
