import type { CampaignPreview } from '#bridge/contract/campaigns.ts';
import type { LeadId } from '#bridge/contract/ids.ts';
import type { RefusalName } from '#bridge/contract/words.ts';
import { forecast } from '#bridge/domain/forecast.ts';
import { decideAll } from '#bridge/domain/gate.ts';
import { hoursPerWeek, intersectHours, legalHours, weeklyHours } from '#bridge/domain/hours.ts';
import { needsPerson } from '#bridge/domain/lead-blocker.ts';
import { attemptLimit } from '#bridge/domain/retry.ts';
import type { Dialer } from '../calls/dial/dialer.ts';
import type { Store } from '../store/store.ts';
import { clearMoment, type DialPlan, gateFacts, worstCaseMicros } from './dial-plan.ts';

/** Leads looked at before others get their turn on the processor. */
const PAGE = 50;
const ALL_WEEK = 168;
/** These speak of the moment or of the whole bridge; a preview is about leads. */
export const ofTheMoment: ReadonlySet<RefusalName> = new Set([
  'campaign-not-running',
  'not-configured',
  'reconciling',
  'already-dialling',
  'budget-per-day',
  'nobody-at-desk',
  'no-line',
  'pacing',
]);

/**
 * What the campaign would do if it ran from now on: `willDial` counts the leads that would be dialled as things stand, now or when their
 * time comes. A lead with a refusal that is final, or that a person has to clear, is not among them. `refusals` counts leads by each
 * refusal that they meet at this moment, those that pass by themselves included; a lead may be counted under several names.
 */
export async function preview(plan: DialPlan, store: Store, dialer: Dialer, nowMs: number): Promise<CampaignPreview> {
  const { campaign, agent } = plan;
  const moment = clearMoment(nowMs);
  const counts = new Map<RefusalName, number>();
  let leads = 0;
  let willDial = 0;
  let after: LeadId | undefined;
  for (;;) {
    const page = store.leads.list({ campaignId: campaign.id, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const lead of page) {
      leads += 1;
      if (lead.state === 'done' || lead.state === 'dialling') continue;
      const facts = { ...gateFacts(plan, lead, moment, store), campaignRunning: true };
      const refusals = decideAll(facts).filter((refusal) => !ofTheMoment.has(refusal.name));
      for (const { name } of refusals) counts.set(name, (counts.get(name) ?? 0) + 1);
      if (!refusals.some((refusal) => refusal.final || needsPerson(refusal))) willDial += 1;
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE) break;
    await new Promise((resume) => setImmediate(resume));
  }
  return {
    leads,
    willDial,
    refusals: [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    forecast: forecast({
      leads: willDial,
      lines: campaign.lines,
      callsPerSecond: campaign.callsPerSecond,
      ringTimeoutMs: plan.ringTimeoutMs,
      maxCallMs: plan.maxCallMs,
      maxAttempts: attemptLimit(campaign.retry),
      hoursPerWeek: openHours(plan),
      costOfMicros: (maxCallMs) => worstCaseMicros(campaign, agent, dialer, maxCallMs),
    }),
  };
}

/** Hours of a week in which somebody may be called. */
export function openHours({ campaign }: DialPlan): number {
  if (campaign.compliance.hours === 'off') return ALL_WEEK;
  return hoursPerWeek(intersectHours(legalHours(campaign.countries[0] ?? null), weeklyHours(campaign.window)));
}
