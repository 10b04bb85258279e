import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { AttemptId, CampaignId } from '#bridge/contract/ids.ts';
import { attemptTable } from '#bridge/store/attempts-table.ts';
import { callSummary } from '#bridge/store/call-summaries.ts';
import { searchLeads } from '#bridge/store/leads-table.ts';
import { migrate } from '#bridge/store/migrate.ts';
import { migrations } from '#bridge/store/migrations/all.ts';
import { reviewTable } from '#bridge/store/review-table.ts';
import { searchTranscripts } from '#bridge/store/search-query.ts';
import { Sql } from '#bridge/store/sql.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

/** A campaign of the first schema, with one lead dialled twice and a call outside any campaign. */
const before = `
  INSERT INTO agents (id, version, created_at_ms) VALUES ('agent', 2, 0);
  INSERT INTO agent_versions (agent_id, version, recipe, created_at_ms) VALUES ('agent', 1, '{"name":"Old"}', 0), ('agent', 2, '{"name":"New"}', 0);
  INSERT INTO campaigns (id, state, name, agent_id, carrier, world, from_numbers, ladder, lines, calls_per_second, calling_window, retry,
    answering_machine, ring_seconds, max_call_seconds, compliance, countries, record_at_carrier, created_at_ms, updated_at_ms)
  VALUES ('campaign', 'running', 'x', 'agent', 'twilio', 'real', '[]', '[]', 1, 1, '{}', '{}', 'off', 1, 1, '{}', '[]', 0, 0, 0);
  INSERT INTO leads (id, campaign_id, phone, country, state, time_zones, fields, created_at_ms)
  VALUES ('lead', 'campaign', '+15205550101', 'US', 'done', '["America/Phoenix"]', '{"firstName":"José","city":"Tucson"}', 0),
    ('other', 'campaign', '+15205550102', 'US', 'ready', '["America/Phoenix","America/Denver"]', '{"firstName":"Ada"}', 0);
  INSERT INTO attempts (id, call_id, campaign_id, lead_id, lead_name, agent_id, agent_version, world, carrier, to_number, from_number,
    ladder, variables, compliance, ring_timeout_ms, max_call_ms, answering_machine, record_at_carrier, reserved_micros, deadline_at_ms,
    created_at_ms, phase, ended_at_ms, outcome, disposition)
  VALUES
    ('a1', 'c1', 'campaign', 'lead', 'José', 'agent', 1, 'real', 'twilio', '+15205550101', '+12125550100', '[]',
      '{"city":"Tucson","state":"AZ"}', '{}', 1, 1, 'off', 0, 0, 0, 1, 'ended', 2, 'completed', 'talked'),
    ('a2', 'c2', 'campaign', 'lead', 'José', 'agent', 2, 'real', 'twilio', '+15205550101', '+12125550100', '[]',
      '{}', '{}', 1, 1, 'off', 0, 0, 0, 3, 'ended', 4, 'completed', 'transferred'),
    ('a3', 'c3', NULL, NULL, NULL, 'agent', 1, 'real', 'twilio', '+493012345678', '+12125550100', '[]',
      '{}', '{}', 1, 1, 'off', 0, 0, 0, 5, 'answered', NULL, NULL, NULL);
`;

describe('calls of before lists were narrowed', () => {
  it('say of themselves what lists show, and are found', () => {
    const sql = new Sql(':memory:', 'memory');
    migrate(sql, migrations.slice(0, 1), 'memory');
    sql.script(before);
    expect(migrate(sql, migrations.slice(0, 2), 'memory')).toBe(1);
    const attempts = attemptTable(sql);
    expect(attempts.get('a1' as AttemptId)).toMatchObject({
      agentName: 'Old',
      leadZone: 'America/Phoenix',
      leadPlace: 'Tucson, AZ',
      attemptNumber: 1,
      personInvolved: false,
    });
    expect(attempts.get('a2' as AttemptId)).toMatchObject({
      agentName: 'New',
      leadPlace: 'AZ',
      attemptNumber: 2,
      personInvolved: true,
    });
    expect(attempts.get('a3' as AttemptId)).toMatchObject({
      leadZone: null,
      leadPlace: 'Germany',
      attemptNumber: 1,
      personInvolved: false,
    });
    expect(attempts.list({ search: 'jose 0101', limit: 9 }).map(({ id }) => id)).toEqual(['a2', 'a1']);
    expect(attempts.list({ search: '4930', live: true, limit: 9 }).map(({ id }) => id)).toEqual(['a3']);
    expect(searchLeads(sql, { campaignId: 'campaign' as CampaignId, search: 'ada', limit: 9 }).map(({ id }) => id)).toEqual(['other']);
    sql.close();
  });
});

describe('calls of before they could be judged', () => {
  it('have no tags, points or clips, and can be given some', () => {
    const sql = new Sql(':memory:', 'memory');
    migrate(sql, migrations.slice(0, 16), 'memory');
    sql.script(before);
    migrate(sql, migrations, 'memory');
    const review = reviewTable(sql);
    const id = 'a1' as AttemptId;
    expect([callSummary(sql, id)?.tags, review.score(id), review.clips(id)]).toEqual([undefined, null, []]);
    review.setTags(id, ['vip']);
    expect(callSummary(sql, id)?.tags).toEqual(['vip']);
    sql.close();
  });
});

describe('what calls have cost before a day had a budget', () => {
  it('counts for their day', () => {
    const sql = new Sql(':memory:', 'memory');
    migrate(sql, migrations.slice(0, 14), 'memory');
    sql.script(before);
    const quarterMs = 15 * 60_000;
    sql.run(`UPDATE attempts SET cost_micros = 70, created_at_ms = ${quarterMs - 1} WHERE id = 'a1'`);
    sql.run(`UPDATE attempts SET cost_micros = 500, created_at_ms = ${quarterMs} WHERE id = 'a2'`);
    migrate(sql, migrations, 'memory');
    const { spending } = attemptTable(sql);
    expect([0, quarterMs, 2 * quarterMs].map((sinceMs) => spending('real', sinceMs).spentMicros)).toEqual([570, 500, 0]);
    sql.close();
  });
});

describe('words of before they were indexed by their beginnings', () => {
  it('are found as they are typed, and those of later too', async () => {
    const file = join((await folderForTest()).path, 'words.db');
    const sql = new Sql(file, 'test');
    migrate(sql, migrations.slice(0, 18), 'test');
    sql.script(before);
    const say = (id: string, text: string, final: 0 | 1) =>
      sql.run(
        `INSERT INTO segments (id, attempt, speaker, text, start_ms, end_ms, final)
         SELECT ?, seq, 'lead', ?, 0, 9, ? FROM attempts WHERE id = 'a1'`,
        id,
        text,
        final,
      );
    say('early', 'a leaking tap in the kitchen', 1);
    say('open', 'the kitchen sink', 0);
    migrate(sql, migrations, 'test');
    say('late', 'the kitchenette', 1);

    const reader = new Database(file, { readonly: true });
    const find = (query: string) => searchTranscripts(reader, { query, order: 'newest', limit: 9 }).map(({ segmentId }) => segmentId);
    for (const typed of ['ki', 'kit', 'kitc', 'kitch', 'kitche', 'kitchen']) expect(find(typed)).toEqual(['late', 'early']);
    expect(find('kitchens')).toEqual([]);
    sql.run("DELETE FROM segments WHERE id = 'early'");
    expect(find('kitche')).toEqual(['late']);
    reader.close();
    sql.close();
  });
});
