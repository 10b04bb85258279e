import { z } from 'zod';

/** The closed vocabularies of the product, used the same way in code, on screens and in files. */

export const world = z.enum(['real', 'rehearsal']);
/** Which addresses the same adapters talk to: the real services, or the simulated ones on this machine. */
export type World = z.infer<typeof world>;

export const carrierName = z.enum(['twilio', 'plivo']);
export type CarrierName = z.infer<typeof carrierName>;

export const rung = z.enum(['realtime', 'live', 'cascade', 'relay', 'turn-based', 'announcement']);
/** A step of the voice ladder. */
export type Rung = z.infer<typeof rung>;

export const ladderStep = z.enum([...rung.options, 'human']);
/** What can stand in the ladder of a call: a rung, or a person of ours whose phone is rung when no AI is left. */
export type LadderStep = z.infer<typeof ladderStep>;

export const campaignState = z.enum(['draft', 'running', 'paused', 'completed', 'stopped']);
export type CampaignState = z.infer<typeof campaignState>;

export const callState = z.enum(['dialling', 'ringing', 'answered', 'live', 'transferring', 'ended']);
export type CallState = z.infer<typeof callState>;

/** What a lead is waiting for; `done` has its reason beside it. */
export const leadState = z.enum(['ready', 'dialling', 'waiting', 'done', 'suppressed', 'unknown']);
export type LeadState = z.infer<typeof leadState>;

/**
 * How an attempt ended for the carrier. `unknown` means that the carrier may or may not have rung the phone;
 * such a lead is never dialled again by itself.
 */
export const outcome = z.enum([
  'completed',
  'no-answer',
  'busy',
  'rejected',
  'invalid-number',
  'barred-destination',
  'blocked-by-network',
  'congestion',
  'carrier-error',
  'our-error',
  'cancelled',
  'unknown',
]);
export type Outcome = z.infer<typeof outcome>;

/** What an attempt meant for the business. */
export const disposition = z.enum([
  'interested',
  'appointment',
  'sale',
  'callback-requested',
  'not-interested',
  'do-not-call',
  'wrong-number',
  'transferred',
  'transfer-failed',
  'language-barrier',
  'hung-up-early',
  'voicemail-left',
  'voicemail-no-message',
  'announcement-heard',
  'no-answer',
  'busy',
  'rejected',
  'invalid-number',
  'failed',
  'talked',
  'unknown',
]);
export type Disposition = z.infer<typeof disposition>;

/** Who or what picked up. */
export const answerType = z.enum(['human', 'machine', 'screener', 'menu', 'fax', 'silence', 'unknown']);
export type AnswerType = z.infer<typeof answerType>;

/** Who ended a call, or whose fault its end was. */
export const party = z.enum(['lead', 'ai', 'operator', 'carrier', 'ai-provider', 'network', 'bridge', 'settings', 'unknown']);
export type Party = z.infer<typeof party>;

export const speaker = z.enum(['lead', 'ai', 'operator', 'system']);
export type Speaker = z.infer<typeof speaker>;

export const floor = z.enum(['ai', 'lead', 'operator', 'none']);
/** Who is speaking at this moment of a live call. */
export type Floor = z.infer<typeof floor>;

export const role = z.enum(['owner', 'supervisor', 'reviewer']);
/** What a session may do, see `roles.ts`. An owner may do everything. */
export type Role = z.infer<typeof role>;

export const hopName = z.enum([
  'dialled',
  'accepted',
  'ringing',
  'answered',
  'document-served',
  'media-open',
  'first-frame-in',
  'ai-open',
  'ai-ready',
  'first-ai-audio',
  'first-audio-sent',
  'first-audio-played',
  'disclosure-played',
  'ended',
]);
/** One timed step of the path that a call needs. */
export type HopName = z.infer<typeof hopName>;

export const refusalName = z.enum([
  'campaign-not-running',
  'not-configured',
  'reconciling',
  'invalid-number',
  'country-not-allowed',
  'suppressed',
  'already-dialling',
  'unknown-outcome',
  'attempts-exhausted',
  'minimum-gap',
  'attempts-per-day',
  'no-consent',
  'zone-unknown',
  'outside-hours',
  'outside-campaign-hours',
  'no-caller-number',
  'missing-variables',
  'budget',
  'budget-per-day',
  'nobody-at-desk',
  'no-line',
  'pacing',
]);
/** A named no of the gate. */
export type RefusalName = z.infer<typeof refusalName>;
