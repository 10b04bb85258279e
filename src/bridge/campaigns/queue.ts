import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { Refusal } from '#bridge/domain/gate.ts';
import { isRefusalName } from '#bridge/domain/lead-blocker.ts';
import { leadAfterAttempt } from '#bridge/domain/retry.ts';
import type { AttemptRecord, LeadRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** When to look again at a lead whose number is in a call of somebody else's campaign, or in one of unknown fate. */
const LOOK_AGAIN_MS: Readonly<Partial<Record<Refusal['name'], number>>> = { 'already-dialling': 15_000, 'unknown-outcome': 600_000 };
const PAGE = 250;

/**
 * Take refused leads out of the queue: until the refusal clears, until a person clears it, or for good. A lead whose refusal only a person
 * can clear waits without a time, under the refusal's name.
 */
export function putOff(store: Store, campaign: CampaignId, refused: readonly (readonly [LeadRecord, Refusal])[], nowMs: number): void {
  store.transaction(() => {
    for (const [lead, refusal] of refused) {
      store.campaigns.countRefusal(campaign, lead.id, refusal.name);
      if (refusal.final) {
        store.leads.setState(lead.id, refusal.name === 'suppressed' ? 'suppressed' : 'done', refusal.name, null);
        continue;
      }
      const againMs = LOOK_AGAIN_MS[refusal.name];
      store.leads.setState(lead.id, 'waiting', refusal.name, againMs === undefined ? refusal.clearsAtMs : nowMs + againMs);
    }
  });
}

/**
 * After a resume, whom the gate had put off is looked at again: the campaign, its agent or its world may have changed. A page at a time.
 *
 * @returns where to go on, or null when all are back in the queue
 */
export function rearmSome(store: Store, campaignId: CampaignId, after: LeadId | undefined): LeadId | null {
  const page = store.leads.list({ campaignId, state: 'waiting', limit: PAGE, ...(after === undefined ? {} : { after }) });
  store.transaction(() => {
    for (const lead of page) if (isRefusalName(lead.stateReason)) store.leads.setState(lead.id, 'ready', null, null);
  });
  return page.length < PAGE ? null : (page.at(-1)?.id ?? null);
}

/** Leads that were being dialled when a process died and have no attempt open any more go on by what their last attempt came to. */
export function repairDialling(store: Store, campaign: Campaign, nowMs: number, random: () => number): void {
  const stranded = new Map<LeadId, LeadRecord>();
  let after: LeadId | undefined;
  for (;;) {
    const page = store.leads.list({ campaignId: campaign.id, state: 'dialling', limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const lead of page) stranded.set(lead.id, lead);
    after = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  for (const attempt of store.attempts.open()) if (attempt.leadId !== null) stranded.delete(attempt.leadId);
  if (stranded.size === 0) return;
  const last = lastAttempts(store, campaign.id, new Set(stranded.keys()));
  store.transaction(() => {
    for (const lead of stranded.values()) {
      const attempt = last.get(lead.id);
      if (!attempt?.outcome) {
        store.leads.setState(lead.id, 'ready', null, null);
        continue;
      }
      const { outcome, disposition, answerType, talkMs } = attempt;
      const ended = { outcome, disposition: disposition ?? 'unknown', answerType, talkMs, attempts: lead.attempts };
      const verdict = leadAfterAttempt({ ...ended, policy: campaign.retry, nowMs, random });
      store.leads.setState(lead.id, verdict.state, verdict.stateReason, verdict.nextAttemptAtMs);
    }
  });
}

function lastAttempts(store: Store, campaignId: CampaignId, leads: Set<LeadId>): ReadonlyMap<LeadId, AttemptRecord> {
  const found = new Map<LeadId, AttemptRecord>();
  let after: AttemptRecord['callId'] | undefined;
  while (leads.size > 0) {
    const page = store.attempts.list({ campaignId, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const attempt of page) if (attempt.leadId !== null && leads.delete(attempt.leadId)) found.set(attempt.leadId, attempt);
    after = page.at(-1)?.callId;
    if (page.length < PAGE) break;
  }
  return found;
}
