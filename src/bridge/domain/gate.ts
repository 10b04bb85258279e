import type { CallingWindow, Compliance } from '#bridge/contract/campaigns.ts';
import type { Consent } from '#bridge/contract/leads.ts';
import type { LeadState, RefusalName } from '#bridge/contract/words.ts';

/** A named no. A value inside; it becomes the error `gate/refused` only at the door. */
export interface Refusal {
  readonly name: RefusalName;
  /** A sentence for a person: what stands in the way and what would clear it. */
  readonly message: string;
  /** When it clears by itself, epoch milliseconds; null when a person has to do something, or when it never clears. */
  readonly clearsAtMs: number | null;
  /** It will never clear for this lead. */
  readonly final: boolean;
}

/** What the one who wants to dial knows. */
export interface GateContext {
  readonly nowMs: number;
  readonly ringTimeoutMs: number;
  /** False for a call outside any campaign: campaign state, lines, pacing, budget and attempt limits do not apply then. */
  readonly inCampaign: boolean;
  /** What is missing before this world can be dialled in, in words; null when nothing is. */
  readonly notConfigured: string | null;
  readonly reconciling: boolean;
  /** Country of the number, ISO 3166 alpha-2, and those allowed; null allows every country. */
  readonly country: string | null;
  readonly countries: readonly string[] | null;
  /** Why this number cannot be dialled at all (not valid, premium rate), in words. */
  readonly numberProblem: string | null;
  readonly maxAttempts: number | null;
  /** Attempts to one number within 24 hours, over all campaigns of the world. */
  readonly maxAttempts24h: number | null;
  /** Least time between two attempts to one number, over all campaigns of the world. */
  readonly minimumGapMs: number;
  readonly consent: Consent | null;
  readonly compliance: Compliance;
  /** IANA zones the callee may be in; the window must be open in all of them. */
  readonly timeZones: readonly string[];
  readonly window: CallingWindow | null;
  readonly fromNumber: string | null;
  /** Variables that disclosure, greeting or instructions name and the lead lacks. */
  readonly missingVariables: readonly string[];
  readonly budgetMicros: number | null;
  readonly reserveMicros: number;
  readonly lines: number | null;
  /** When the next call may start, by the calls-per-second limit. */
  readonly pacedUntilMs: number | null;
}

/** Everything the gate looks at: the context, and what the store knows at this very moment. The gate itself is pure. */
export interface GateFacts extends GateContext {
  readonly campaignRunning: boolean;
  readonly leadState: LeadState | null;
  readonly leadAttempts: number;
  readonly leadNextAttemptAtMs: number | null;
  readonly suppression: { readonly reason: string } | null;
  readonly openAttempt: boolean;
  readonly unknownAttempt: boolean;
  readonly numberAttempts24h: number;
  readonly numberLastAttemptAtMs: number | null;
  readonly openInCampaign: number;
  readonly spentMicros: number;
  readonly reservedMicros: number;
}
