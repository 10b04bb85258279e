import type { Outcome, Party } from '#bridge/contract/words.ts';
import type { HangupCause } from './carrier.ts';

/** What one of a carrier's own reasons means in our words. */
export interface CarrierCause {
  readonly outcome: Outcome;
  /** A sentence that a person understands, with what to do where something can be done. */
  readonly text: string;
  readonly party: Party;
  /** Nobody in the campaign can be reached until this is mended. */
  readonly stopsCampaign?: boolean;
}

/** Keep the carrier's own code beside what it means. */
export function hangupCause(code: string, cause: CarrierCause, party: Party = cause.party): HangupCause {
  return { code, text: cause.text, party, ...(cause.stopsCampaign ? { stopsCampaign: true } : {}) };
}
