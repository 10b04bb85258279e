import type { Lead } from '#bridge/contract/leads.ts';
import { decideAll } from '#bridge/domain/gate.ts';
import { blockerOf } from '#bridge/domain/lead-blocker.ts';
import type { LeadRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { type DialMoment, type DialPlan, gateFacts } from './dial-plan.ts';

export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

/** A lead as the console sees it, with what stands in its way at this moment. */
export function leadView(lead: LeadRecord, plan: DialPlan | null, moment: DialMoment, store: Store): Lead {
  const refusals =
    plan === null || lead.state === 'done' || lead.state === 'dialling' ? [] : decideAll(gateFacts(plan, lead, moment, store));
  const blocker = blockerOf(lead, refusals);
  return {
    id: lead.id,
    campaignId: lead.campaignId,
    phone: lead.phone,
    state: lead.state,
    stateReason: lead.stateReason,
    attempts: lead.attempts,
    lastOutcome: lead.lastOutcome,
    disposition: lead.disposition,
    nextAttemptAt: isoOrNull(lead.nextAttemptAtMs),
    timeZones: [...lead.timeZones],
    fields: { ...lead.fields },
    consent: lead.consent,
    blocker: blocker && { name: blocker.name, message: blocker.message, clearsAt: isoOrNull(blocker.clearsAtMs) },
    createdAt: new Date(lead.createdAtMs).toISOString(),
  };
}
