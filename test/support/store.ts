import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Agent, AgentDraft } from '#bridge/contract/agents.ts';
import type { Segment } from '#bridge/contract/calls.ts';
import { type Campaign, type CampaignDraft, campaignDraft } from '#bridge/contract/campaigns.ts';
import type { AttemptId, CallId, SegmentId } from '#bridge/contract/ids.ts';
import { openStore } from '#bridge/store/open-store.ts';
import type { AttemptDraft, AttemptEnding, AttemptRecord, LeadChange, LeadRecord } from '#bridge/store/records.ts';
import type { NewLead, Store } from '#bridge/store/store.ts';
import { ManualClock } from './manual-clock.ts';

/** Says nothing; for whatever wants a log. */
export const silentLog: Logger = pino({ level: 'silent' });

export interface StoreAt {
  /** `:memory:` when absent. */
  readonly dataDir?: string;
  readonly clock?: ManualClock;
  readonly log?: Logger;
}

/** A store in memory, or in the given folder. Whoever opens it closes it. */
export function openTestStore({ dataDir = ':memory:', clock = new ManualClock(), log = silentLog }: StoreAt = {}): Promise<Store> {
  return openStore({ dataDir, now: () => clock.nowMs(), log });
}

/** A folder of its own, gone when the block is left: `await using dir = await temporaryFolder()`. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'ringside-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function agentDraft(fields: Partial<AgentDraft> = {}): AgentDraft {
  return {
    name: 'Ada',
    instructions: 'Ask whether the roof still holds.',
    greeting: 'Hello {{firstName}}, do you have a minute?',
    disclosure: 'This is an automated call by an AI of Roofers.',
    ...fields,
  };
}

export function addAgent(store: Store, fields: Partial<AgentDraft> = {}): Agent {
  return store.agents.create(agentDraft(fields));
}

/** A campaign of the rehearsal world over Twilio; brings its own agent unless one is named. */
export function addCampaign(store: Store, fields: Partial<CampaignDraft> = {}): Campaign {
  const agentId = fields.agentId ?? addAgent(store).id;
  return store.campaigns.create(
    campaignDraft.parse({ name: 'Roofs', carrier: 'twilio', world: 'rehearsal', fromNumbers: ['+15550109999'], ...fields, agentId }),
  );
}

/** A number that belongs to nobody: +1 555 01x xxxx. */
export function phoneNumber(index: number): string {
  return `+1555${String(100_000 + index).padStart(7, '0')}`;
}

export function newLead(phone: string, fields: Partial<NewLead> = {}): NewLead {
  return {
    phone,
    country: 'US',
    timeZones: ['America/New_York'],
    fields: { firstName: 'Grace' },
    consent: { basis: 'written' },
    ...fields,
  };
}

export function addLead(store: Store, campaign: Campaign, phone: string, fields: Partial<NewLead> = {}): LeadRecord {
  store.leads.addMany(campaign.id, [newLead(phone, fields)]);
  for (const lead of store.leads.each(campaign.id)) if (lead.phone === phone) return lead;
  throw new Error('the lead was not added');
}

/** An attempt of a lead, or of a bare number outside any campaign. */
export function attemptDraft(fields: Partial<AttemptDraft> & { lead?: LeadRecord; campaign?: Campaign } = {}): AttemptDraft {
  const { lead, campaign, ...rest } = fields;
  const createdAtMs = rest.createdAtMs ?? new ManualClock().nowMs();
  return {
    id: `attempt_${randomUUID()}` as AttemptId,
    callId: `call_${randomUUID()}` as CallId,
    campaignId: campaign?.id ?? null,
    leadId: lead?.id ?? null,
    leadName: lead?.fields.firstName ?? null,
    agentId: campaign?.agentId ?? ('agent_none' as AttemptDraft['agentId']),
    agentVersion: 1,
    agentName: 'Ada',
    leadZone: 'America/New_York',
    leadPlace: 'New York, NY',
    world: campaign?.world ?? 'rehearsal',
    carrier: campaign?.carrier ?? 'twilio',
    to: lead?.phone ?? phoneNumber(1),
    from: '+15550109999',
    ladder: ['realtime', 'announcement'],
    callBudgetMicros: null,
    variables: { firstName: 'Grace' },
    compliance: { hours: 'enforce', consent: 'enforce' },
    consent: { basis: 'written' },
    ringTimeoutMs: 25_000,
    maxCallMs: 300_000,
    answeringMachine: 'hang-up',
    recordAtCarrier: false,
    reservedMicros: 200_000,
    deadlineAtMs: createdAtMs + 450_000,
    createdAtMs,
    ...rest,
  };
}

/** Writes the intent; the gate says yes. */
export function addAttempt(store: Store, fields: Parameters<typeof attemptDraft>[0] = {}): AttemptRecord {
  const draft = attemptDraft(fields);
  store.attempts.intend(draft, () => null);
  const record = store.attempts.get(draft.id);
  if (!record) throw new Error('the attempt was not written');
  return record;
}

export function ending(fields: Partial<AttemptEnding> = {}): AttemptEnding {
  return {
    outcome: 'completed',
    disposition: 'talked',
    answerType: 'human',
    hangupCause: null,
    endedBy: 'lead',
    endedReason: 'The lead hung up.',
    endedAtMs: new ManualClock().nowMs() + 60_000,
    talkMs: 42_000,
    costMicros: 31_000,
    ...fields,
  };
}

export function leadChange(fields: Partial<LeadChange> = {}): LeadChange {
  return {
    state: 'done',
    stateReason: 'talked',
    nextAttemptAtMs: null,
    countsAsAttempt: true,
    outcome: 'completed',
    disposition: 'talked',
    ...fields,
  };
}

let segments = 0;
export function segment(text: string, fields: Partial<Segment> = {}): Segment {
  segments += 1;
  return {
    id: `segment_${segments}` as SegmentId,
    speaker: 'lead',
    text,
    startMs: segments * 1000,
    endMs: segments * 1000 + 800,
    final: true,
    ...fields,
  };
}
