import type { LegalHold, TransferInfo } from '#bridge/contract/calls.ts';
import type { Compliance } from '#bridge/contract/campaigns.ts';
import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { AgentId, AttemptId, CallId, CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { Consent } from '#bridge/contract/leads.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { AnswerType, CarrierName, Disposition, LadderStep, LeadState, Outcome, Party, Rung, World } from '#bridge/contract/words.ts';

/** Rows as the rest of the bridge sees them: instants are epoch milliseconds and end in `AtMs`. */

/**
 * Where one dial of a lead stands. `intent` is written before anything is sent, `submitting` just before the request leaves; a request
 * whose fate is not known is `unknown`, and stays so until the carrier's own records tell. Everything but `ended` is open: it holds its
 * lead and its number, so that neither is dialled a second time.
 */
export type AttemptPhase = 'intent' | 'submitting' | 'accepted' | 'ringing' | 'answered' | 'unknown' | 'ended';

/** What one dial is to be, as whoever wants it says it, and as the attempt keeps it. */
export interface DialTerms {
  readonly campaignId: CampaignId | null;
  readonly leadId: LeadId | null;
  readonly leadName: string | null;
  readonly world: World;
  readonly carrier: CarrierName;
  readonly to: Phone;
  readonly from: Phone;
  readonly ladder: readonly LadderStep[];
  /** What it may cost before a cheaper voice takes over, in micro-dollars; null when that does not matter. */
  readonly callBudgetMicros: number | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly compliance: Compliance;
  readonly consent: Consent | null;
  readonly ringTimeoutMs: number;
  readonly maxCallMs: number;
  readonly answeringMachine: 'hang-up' | 'leave-message' | 'off';
  readonly recordAtCarrier: boolean;
}

export interface AttemptDraft extends DialTerms {
  readonly id: AttemptId;
  readonly callId: CallId;
  readonly agentId: AgentId;
  readonly agentVersion: number;
  readonly agentName: string;
  /** IANA zone whose clock is shown for the lead; null when it cannot be told. */
  readonly leadZone: string | null;
  /** Town and region, as `Tucson, AZ`; null when it is not known. */
  readonly leadPlace: string | null;
  /** Worst-case cost, held against the budget until the real cost is known. */
  readonly reservedMicros: number;
  /** When an attempt that nobody hears of any more is past saving: queueing, ring time and call limit have all run out. */
  readonly deadlineAtMs: number;
  readonly createdAtMs: number;
}

export interface AttemptRecord extends AttemptDraft {
  readonly phase: AttemptPhase;
  readonly requestId: string | null;
  readonly carrierCallId: string | null;
  readonly submittedAtMs: number | null;
  readonly ringingAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly rung: Rung | null;
  readonly outcome: Outcome | null;
  readonly disposition: Disposition | null;
  readonly answerType: AnswerType | null;
  /** What says so. */
  readonly answerReason: string | null;
  /** How long either side spoke, and nobody did; null when nobody listened for that. */
  readonly talk: { readonly leadMs: number; readonly ourMs: number; readonly silenceMs: number } | null;
  readonly hangupCause: string | null;
  readonly endedBy: Party | null;
  readonly endedReason: string | null;
  readonly talkMs: number;
  readonly costMicros: number;
  readonly disclosurePlayedAtMs: number | null;
  /** Path below the recordings folder; null when nothing was recorded. */
  readonly recordingFile: string | null;
  readonly note: string | null;
  /** Which dial of its lead it is, from 1. */
  readonly attemptNumber: number;
  /** Whether a person ever had the call: took it over, or was given it. */
  readonly personInvolved: boolean;
  /** The transfer that goes on, or the last one. */
  readonly transfer: TransferInfo | null;
  /** Nothing of it is deleted while it is there. */
  readonly legalHold: LegalHold | null;
}

/** What may change about an attempt after it was intended. `phase` never becomes `ended` this way: use `end`. */
export type AttemptPatch = Partial<
  Pick<
    AttemptRecord,
    | 'requestId'
    | 'carrierCallId'
    | 'submittedAtMs'
    | 'ringingAtMs'
    | 'answeredAtMs'
    | 'rung'
    | 'disposition'
    | 'answerType'
    | 'answerReason'
    | 'talk'
    | 'talkMs'
    | 'costMicros'
    | 'disclosurePlayedAtMs'
    | 'recordingFile'
    | 'note'
    | 'personInvolved'
    | 'transfer'
    | 'legalHold'
  > & { readonly phase: Exclude<AttemptPhase, 'ended'>; readonly endCause: EndCause | null }
>;

export interface AttemptEnding {
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly answerType: AnswerType | null;
  readonly hangupCause: string | null;
  /** In our own vocabulary; not given by whoever does not know the path of the call. */
  readonly endCause?: EndCause | null;
  readonly endedBy: Party;
  readonly endedReason: string;
  readonly endedAtMs: number;
  readonly talkMs: number;
  readonly costMicros: number;
}

export interface LeadRecord {
  readonly id: LeadId;
  readonly campaignId: CampaignId;
  readonly phone: Phone;
  /** ISO 3166 alpha-2 of the number. */
  readonly country: string;
  readonly state: LeadState;
  readonly stateReason: string | null;
  readonly attempts: number;
  readonly lastOutcome: Outcome | null;
  readonly disposition: Disposition | null;
  readonly nextAttemptAtMs: number | null;
  readonly timeZones: readonly string[];
  /** Columns of the row by their mapped names (`firstName`) and all others by their header. */
  readonly fields: Readonly<Record<string, string>>;
  readonly consent: Consent | null;
  readonly createdAtMs: number;
}

/** What becomes of a lead when an attempt of it has ended. */
export interface LeadChange {
  readonly state: LeadState;
  readonly stateReason: string | null;
  readonly nextAttemptAtMs: number | null;
  /** Whether the attempt counts against the lead's limit; carrier faults do not. */
  readonly countsAsAttempt: boolean;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
}
