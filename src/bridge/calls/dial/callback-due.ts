import { type CallbackWish, callbackAtMs } from '../../domain/callback-time.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';

/** Hours are over this long before they are over, beside the ringing: as the gate has it. */
const answerMarginMs = 60_000;

/** When the lead of this attempt is due for the call back that they asked for, epoch milliseconds; null when they named no usable time. */
export function callbackDueMs(
  store: Pick<Store, 'leads' | 'campaigns'>,
  record: Pick<AttemptRecord, 'leadId' | 'campaignId' | 'compliance' | 'ringTimeoutMs'>,
  wish: CallbackWish,
  nowMs: number,
): number | null {
  const lead = record.leadId === null ? null : store.leads.get(record.leadId);
  if (!lead) return null;
  const campaign = record.campaignId === null ? null : store.campaigns.get(record.campaignId);
  const callee = {
    zones: lead.timeZones,
    country: lead.country,
    window: campaign?.window ?? null,
    keepsHours: record.compliance.hours === 'enforce',
    marginMs: record.ringTimeoutMs + answerMarginMs,
  };
  return callbackAtMs(wish, callee, nowMs);
}
