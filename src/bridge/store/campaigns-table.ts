import type { Campaign, CampaignChange, CampaignDraft } from '#bridge/contract/campaigns.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CampaignId } from '#bridge/contract/ids.ts';
import type { CampaignState, CarrierName, World } from '#bridge/contract/words.ts';
import { tuningOf } from '#bridge/domain/attention-tuning.ts';
import { flag, fromJson, isoOf, isoOrNull } from './columns.ts';
import { newId } from './new-id.ts';
import type { Sql, SqlParameters } from './sql.ts';
import type { CampaignTable } from './store.ts';
import { campaignTallies } from './tallies.ts';

interface CampaignRow {
  readonly id: CampaignId;
  readonly state: CampaignState;
  readonly state_reason: string | null;
  readonly name: string;
  readonly agent_id: Campaign['agentId'];
  readonly carrier: CarrierName;
  readonly world: World;
  readonly from_numbers: string;
  readonly ladder: string;
  readonly lines: number;
  readonly calls_per_second: number;
  readonly calling_window: string;
  readonly retry: string;
  readonly budget_micros: number | null;
  readonly call_budget_micros: number | null;
  readonly answering_machine: Campaign['answeringMachine'];
  readonly ring_seconds: number;
  readonly max_call_seconds: number;
  readonly compliance: string;
  readonly countries: string;
  readonly record_at_carrier: number;
  readonly needs_desk: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  /** How often each rule that asks for a person was not needed, as a JSON object. */
  readonly dismissals: string;
}

const settingColumns = [
  'name',
  'agent_id',
  'carrier',
  'world',
  'from_numbers',
  'ladder',
  'lines',
  'calls_per_second',
  'calling_window',
  'retry',
  'budget_micros',
  'call_budget_micros',
  'answering_machine',
  'ring_seconds',
  'max_call_seconds',
  'compliance',
  'countries',
  'record_at_carrier',
  'needs_desk',
];

const select =
  'SELECT *, (SELECT json_group_object(rule, dismissed) FROM attention_tuning WHERE campaign_id = campaigns.id) AS dismissals FROM campaigns';

export function campaignTable(sql: Sql, now: () => number): CampaignTable {
  const find = (id: CampaignId) => sql.one<CampaignRow>(`${select} WHERE id = ?`, id);
  const existing = (id: CampaignId): Campaign => {
    const row = find(id);
    if (!row) throw new BridgeError('not-found', `There is no campaign ${id}.`);
    return toCampaign(row);
  };
  const assertAgent = (id: Campaign['agentId']) => {
    if (!sql.one('SELECT 1 FROM agents WHERE id = ?', id)) throw new BridgeError('not-found', `There is no agent ${id}.`);
  };
  const hasAttempts = (id: CampaignId) => sql.one('SELECT 1 FROM attempts WHERE campaign_id = ? LIMIT 1', id) !== null;

  return {
    create: (draft) =>
      sql.transaction(() => {
        assertAgent(draft.agentId);
        const id = newId<CampaignId>('campaign');
        sql.run(
          `INSERT INTO campaigns (id, state, ${settingColumns.join(', ')}, created_at_ms, updated_at_ms)
           VALUES (@id, 'draft', ${settingColumns.map((column) => `@${column}`).join(', ')}, @now, @now)`,
          { ...settingsOf(draft), id, now: now() },
        );
        return existing(id);
      }),

    update: (change) =>
      sql.transaction(() => {
        const before = existing(change.id);
        if (change.agentId !== undefined) assertAgent(change.agentId);
        if (change.world !== undefined && change.world !== before.world && hasAttempts(change.id)) {
          throw new BridgeError(
            'state/conflict',
            'The world of a campaign is fixed once anything was dialled. Make a new campaign for the other world.',
          );
        }
        sql.run(
          `UPDATE campaigns SET ${settingColumns.map((column) => `${column} = @${column}`).join(', ')}, updated_at_ms = @now WHERE id = @id`,
          { ...settingsOf(changed(before, change)), id: change.id, now: now() },
        );
        return existing(change.id);
      }),

    setState: (id, state, reason) =>
      sql.transaction(() => {
        const over = state === 'completed' || state === 'stopped';
        const found = sql.run(
          `UPDATE campaigns SET state = @state, state_reason = @reason, updated_at_ms = @now,
             started_at_ms = CASE WHEN @state = 'running' THEN coalesce(started_at_ms, @now) ELSE started_at_ms END,
             ended_at_ms = CASE WHEN @over = 1 THEN @now ELSE NULL END
           WHERE id = @id`,
          { id, state, reason, now: now(), over: flag(over) },
        );
        if (found === 0) throw new BridgeError('not-found', `There is no campaign ${id}.`);
        return existing(id);
      }),

    get: (id) => {
      const row = find(id);
      return row ? toCampaign(row) : null;
    },

    list: (world) =>
      (world === undefined
        ? sql.all<CampaignRow>(`${select} ORDER BY seq`)
        : sql.all<CampaignRow>(`${select} WHERE world = ? ORDER BY seq`, world)
      ).map(toCampaign),

    remove: (id) =>
      sql.transaction(() => {
        const { state } = existing(id);
        if (state !== 'draft' || hasAttempts(id))
          throw new BridgeError('state/conflict', 'Only a draft that has never dialled anybody can be removed.');
        sql.run('DELETE FROM leads WHERE campaign_id = ?', id);
        sql.run('DELETE FROM tallies WHERE campaign_id = ?', id);
        sql.run('DELETE FROM campaigns WHERE id = ?', id);
      }),

    hasAttempts,
    ...campaignTallies(sql),
  };
}

/** The settings as they are after the change. A budget of null takes the budget away; fields that are not named stay. */
function changed(before: CampaignDraft, change: CampaignChange): CampaignDraft {
  const { id: _id, budgetMicros, callBudgetMicros, ...others } = change;
  const named = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const { budgetMicros: oldBudget, callBudgetMicros: oldCallBudget, ...rest } = before;
  const budget = budgetMicros === undefined ? oldBudget : (budgetMicros ?? undefined);
  const callBudget = callBudgetMicros === undefined ? oldCallBudget : (callBudgetMicros ?? undefined);
  return {
    ...rest,
    ...named,
    ...(budget === undefined ? {} : { budgetMicros: budget }),
    ...(callBudget === undefined ? {} : { callBudgetMicros: callBudget }),
  };
}

function settingsOf(draft: CampaignDraft): SqlParameters {
  return {
    name: draft.name,
    agent_id: draft.agentId,
    carrier: draft.carrier,
    world: draft.world,
    from_numbers: JSON.stringify(draft.fromNumbers),
    ladder: JSON.stringify(draft.ladder),
    lines: draft.lines,
    calls_per_second: draft.callsPerSecond,
    calling_window: JSON.stringify(draft.window),
    retry: JSON.stringify(draft.retry),
    budget_micros: draft.budgetMicros ?? null,
    call_budget_micros: draft.callBudgetMicros ?? null,
    answering_machine: draft.answeringMachine,
    ring_seconds: draft.ringSeconds,
    max_call_seconds: draft.maxCallSeconds,
    compliance: JSON.stringify(draft.compliance),
    countries: JSON.stringify(draft.countries),
    record_at_carrier: flag(draft.recordAtCarrier),
    needs_desk: flag(draft.needsDesk),
  };
}

function toCampaign(row: CampaignRow): Campaign {
  const tuning = tuningOf(fromJson(row.dismissals));
  return {
    id: row.id,
    state: row.state,
    stateReason: row.state_reason,
    name: row.name,
    agentId: row.agent_id,
    carrier: row.carrier,
    world: row.world,
    fromNumbers: fromJson(row.from_numbers),
    ladder: fromJson(row.ladder),
    lines: row.lines,
    callsPerSecond: row.calls_per_second,
    window: fromJson(row.calling_window),
    retry: fromJson(row.retry),
    ...(row.budget_micros === null ? {} : { budgetMicros: row.budget_micros }),
    ...(row.call_budget_micros === null ? {} : { callBudgetMicros: row.call_budget_micros }),
    answeringMachine: row.answering_machine,
    ringSeconds: row.ring_seconds,
    maxCallSeconds: row.max_call_seconds,
    compliance: fromJson(row.compliance),
    countries: fromJson(row.countries),
    recordAtCarrier: row.record_at_carrier === 1,
    needsDesk: row.needs_desk === 1,
    createdAt: isoOf(row.created_at_ms),
    updatedAt: isoOf(row.updated_at_ms),
    startedAt: isoOrNull(row.started_at_ms),
    endedAt: isoOrNull(row.ended_at_ms),
    ...(tuning.length === 0 ? {} : { attentionTuning: [...tuning] }),
  };
}
