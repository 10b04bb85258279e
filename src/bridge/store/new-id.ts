import { randomUUID } from 'node:crypto';
import type { LeadId } from '#bridge/contract/ids.ts';

/** A new identifier: a prefix for the person who reads a log, and 122 random bits. */
export function newId<Id extends string>(prefix: 'agent' | 'campaign' | 'suppression' | 'colleague'): Id {
  return `${prefix}_${hex()}` as Id;
}

/**
 * Leads come by the hundred thousand: their identifiers begin with the time, so that those of one list lie side by side in the index and a
 * transaction writes a few pages of it instead of one for each lead. 74 random bits follow.
 */
export function newLeadId(nowMs: number): LeadId {
  return `lead_${Math.floor(nowMs).toString(16).padStart(12, '0')}${hex().slice(12)}` as LeadId;
}

function hex(): string {
  return randomUUID().replaceAll('-', '');
}
