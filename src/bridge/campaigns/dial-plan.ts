import type { Agent } from '#bridge/contract/agents.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { Phone } from '#bridge/contract/values.ts';
import { type DayMoney, type GateContext, type GateFacts, numberLimits } from '#bridge/domain/gate.ts';
import { leadName } from '#bridge/domain/lead-words.ts';
import { numberProblem } from '#bridge/domain/phone-number.ts';
import { attemptLimit, minimumGapMs } from '#bridge/domain/retry.ts';
import { missingVariables } from '#bridge/domain/variables.ts';
import type { Dialer, DialOrder } from '../calls/dial/dialer.ts';
import type { LeadRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** What is the same for every lead of a campaign, worked out once. */
export interface DialPlan {
  readonly campaign: Campaign;
  readonly agent: Agent;
  readonly ringTimeoutMs: number;
  readonly maxCallMs: number;
  /** Worst case of one call in micro-dollars. */
  readonly reserveMicros: number;
  /** Texts whose variables the lead has to fill. */
  readonly templates: readonly (string | undefined)[];
}

/** What stands in the way of everybody at this moment, apart from what the store knows. */
export interface DialMoment {
  readonly nowMs: number;
  readonly notConfigured: string | null;
  readonly reconciling: boolean;
  readonly pacedUntilMs: number | null;
  readonly day: DayMoney | null;
  readonly isSomeoneOnDuty: boolean;
}

/** What stands in the way of everybody in this campaign now; that the next call waits for the pace is for whoever dials. */
export function momentOf({ world, carrier }: Pick<Campaign, 'world' | 'carrier'>, dialer: Dialer, nowMs: number): DialMoment {
  return {
    nowMs,
    notConfigured: dialer.notConfigured(world, carrier),
    reconciling: dialer.reconciling,
    pacedUntilMs: null,
    day: dialer.day(world, nowMs),
    isSomeoneOnDuty: dialer.isSomeoneOnDuty,
  };
}

/** Nothing stands in the way of everybody: what is left is about the leads. */
export function clearMoment(nowMs: number): DialMoment {
  return { nowMs, notConfigured: null, reconciling: false, pacedUntilMs: null, day: null, isSomeoneOnDuty: true };
}

export function planOf(campaign: Campaign, agent: Agent, dialer: Pick<Dialer, 'worstCaseMicros'>): DialPlan {
  const maxCallMs = campaign.maxCallSeconds * 1_000;
  return {
    campaign,
    agent,
    ringTimeoutMs: campaign.ringSeconds * 1_000,
    maxCallMs,
    reserveMicros: worstCaseMicros(campaign, agent, dialer, maxCallMs),
    templates: [
      agent.disclosure,
      agent.greeting,
      agent.instructions,
      campaign.ladder.includes('announcement') ? agent.announcement : undefined,
      campaign.answeringMachine === 'leave-message' ? agent.voicemailMessage : undefined,
    ],
  };
}

/** Worst case of one call of this campaign that is cut off after `maxCallMs`, in micro-dollars. */
export function worstCaseMicros(campaign: Campaign, agent: Agent, dialer: Pick<Dialer, 'worstCaseMicros'>, maxCallMs: number): number {
  return dialer.worstCaseMicros({ carrier: campaign.carrier, ladder: campaign.ladder, maxCallMs, model: agent.model ?? null });
}

export function gateContext(
  { campaign, ringTimeoutMs, reserveMicros, templates }: DialPlan,
  lead: LeadRecord,
  moment: DialMoment,
): GateContext {
  const limits = numberLimits(campaign.world);
  const calledBack = lead.disposition === 'callback-requested';
  return {
    ...moment,
    ringTimeoutMs,
    inCampaign: true,
    country: lead.country,
    countries: campaign.countries,
    numberProblem: numberProblem(lead.phone),
    maxAttempts: calledBack ? null : attemptLimit(campaign.retry),
    maxAttempts24h: limits.maxAttempts24h,
    minimumGapMs: minimumGapMs(lead, campaign.retry, limits.minimumGapMs),
    consent: lead.consent,
    compliance: campaign.compliance,
    timeZones: lead.timeZones,
    window: campaign.window,
    fromNumber: callerNumber(campaign, lead),
    missingVariables: missingVariables(templates, variablesOf(lead)),
    budgetMicros: campaign.budgetMicros ?? null,
    reserveMicros,
    needsDesk: campaign.needsDesk,
    lines: campaign.lines,
  };
}

/** Everything the gate looks at, with what the store knows at this moment. */
export function gateFacts(plan: DialPlan, lead: LeadRecord, moment: DialMoment, store: Store): GateFacts {
  const { id: campaignId, world } = plan.campaign;
  const facts = store.attempts.facts({ campaignId, leadId: lead.id, to: lead.phone, world, createdAtMs: moment.nowMs });
  return { ...gateContext(plan, lead, moment), ...facts };
}

/** @returns null when the campaign has no number to call from */
export function dialOrder(plan: DialPlan, lead: LeadRecord, moment: DialMoment): DialOrder | null {
  const { campaign, agent, ringTimeoutMs, maxCallMs } = plan;
  const from = callerNumber(campaign, lead);
  if (from === null) return null;
  return {
    campaignId: campaign.id,
    leadId: lead.id,
    leadName: leadName(lead.fields),
    agent,
    carrier: campaign.carrier,
    world: campaign.world,
    to: lead.phone,
    from,
    ladder: campaign.ladder,
    callBudgetMicros: campaign.callBudgetMicros ?? null,
    variables: variablesOf(lead),
    compliance: campaign.compliance,
    consent: lead.consent,
    ringTimeoutMs,
    maxCallMs,
    answeringMachine: campaign.answeringMachine,
    recordAtCarrier: campaign.recordAtCarrier,
    gate: gateContext(plan, lead, moment),
  };
}

/** A lead's columns as templates see them; its own number is `{{phone}}` unless a column of that name says otherwise. */
export function variablesOf(lead: LeadRecord): Readonly<Record<string, string>> {
  return { phone: lead.phone, ...lead.fields };
}

/** Leads are spread over the numbers, and each sees the same number again at every attempt, after a restart too. */
function callerNumber(campaign: Campaign, lead: LeadRecord): Phone | null {
  let hash = 2_166_136_261;
  for (const character of lead.id) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_519);
  return campaign.fromNumbers[((hash ^ (hash >>> 13)) >>> 0) % campaign.fromNumbers.length] ?? null;
}
