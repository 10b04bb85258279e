import type { Agent, AgentChange, AgentDraft } from '#bridge/contract/agents.ts';
import type { AttentionRule } from '#bridge/contract/attention.ts';
import type {
  CallClip,
  CallSummary,
  CostLine,
  Hop,
  Involvement,
  Mark,
  Nudge,
  RungChange,
  Segment,
  ToolCall,
  TurnLatency,
  TurnParts,
} from '#bridge/contract/calls.ts';
import type { Campaign, CampaignChange, CampaignDraft } from '#bridge/contract/campaigns.ts';
import type { ColleagueDraft } from '#bridge/contract/colleagues.ts';
import type {
  AgentId,
  AttemptId,
  CallClipId,
  CallId,
  CampaignId,
  ColleagueId,
  LeadId,
  MarkId,
  SuppressionId,
} from '#bridge/contract/ids.ts';
import type { Suppression, SuppressionReason } from '#bridge/contract/leads.ts';
import type { ScoreItem } from '#bridge/contract/scores.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { CampaignState, CarrierName, Disposition, LeadState, Outcome, RefusalName, Rung, World } from '#bridge/contract/words.ts';
import type { StoredFacts } from '../domain/gate.ts';
import type { CallQuery } from './call-filter.ts';
import type { Figures, SearchIndex, SuppressionQuery } from './reader.ts';
import type { AttemptDraft, AttemptEnding, AttemptPatch, AttemptRecord, LeadChange, LeadRecord } from './records.ts';

/**
 * The SQLite file. All SQL of the bridge is behind this interface; every call is synchronous, and what it wrote survives the sudden end of
 * this process when it returns; `synced` tells when it survives a power cut too. Throws {@link BridgeError} `store/unavailable` when the disk refuses (full, read-only).
 */
export interface Store {
  readonly agents: AgentTable;
  readonly campaigns: CampaignTable;
  readonly leads: LeadTable;
  readonly suppressions: SuppressionTable;
  readonly attempts: AttemptTable;
  readonly transcripts: TranscriptTable;
  readonly review: ReviewTable;
  readonly clips: ClipTable;
  readonly colleagues: ColleagueTable;
  readonly transferLegs: TransferLegTable;
  readonly attention: AttentionTable;
  readonly erasure: ErasureTable;
  readonly search: SearchIndex;
  readonly figures: Figures;
  readonly recordings: RecordingFiles;
  readonly lease: DialLease;
  /** Everything inside is one transaction (BEGIN IMMEDIATE); nested calls join it. */
  transaction<Result>(work: () => Result): Result;
  /** Resolves when everything written before is on the disk, so that a power cut cannot take it back. The thread does not wait. */
  synced(): Promise<void>;
  close(): Promise<void>;
}

export interface AgentTable {
  create(draft: AgentDraft): Agent;
  /** Makes a new version; the old ones stay readable. Null takes a field away. @throws `not-found` */
  update(id: AgentId, change: AgentChange): Agent;
  /** Without a version, the newest. */
  get(id: AgentId, version?: number): Agent | null;
  /** Newest first; none when there is no such agent. */
  versions(id: AgentId): readonly Agent[];
  list(): readonly Agent[];
}

export interface CampaignTable {
  create(draft: CampaignDraft): Campaign;
  update(change: CampaignChange): Campaign;
  setState(id: CampaignId, state: CampaignState, reason: string | null): Campaign;
  get(id: CampaignId): Campaign | null;
  list(world?: World): readonly Campaign[];
  /** Its leads go with it. @throws `not-found`, `state/conflict` unless it is a draft that has never dialled anybody */
  remove(id: CampaignId): void;
  /** Whether any attempt was ever made: from then on the world is fixed. */
  hasAttempts(id: CampaignId): boolean;
  totals(id: CampaignId): CampaignTotals;
  /** Count a refusal at the gate, once per lead and name until the lead's blocker changes. */
  countRefusal(id: CampaignId, lead: LeadId, name: RefusalName): void;
}

export interface CampaignTotals {
  readonly leads: Readonly<Partial<Record<LeadState, number>>>;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly dispositions: Readonly<Partial<Record<Disposition, number>>>;
  readonly refusals: readonly { readonly name: RefusalName; readonly count: number }[];
  /** Of ended calls, by who spoke last. */
  readonly rungs: Readonly<Partial<Record<Rung, number>>>;
  /** How many replies were measured, and what they took in all, by hop. */
  readonly replies: { readonly turns: number } & TurnParts;
  readonly openAttempts: number;
  readonly spentMicros: number;
  readonly reservedMicros: number;
  readonly attempts: number;
  readonly nextEligibleAtMs: number | null;
}

export interface NewLead {
  readonly phone: Phone;
  readonly country: string;
  readonly timeZones: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly consent: LeadRecord['consent'];
}

export interface LeadTable {
  /** Adds what is new; a number that the campaign holds already is a duplicate and is left alone. One transaction. */
  addMany(campaign: CampaignId, leads: readonly NewLead[]): { readonly added: number; readonly duplicates: number };
  get(id: LeadId): LeadRecord | null;
  /** In order of creation. @param after the last one that the caller has */
  list(query: { campaignId: CampaignId; state?: LeadState; after?: LeadId; limit: number }): readonly LeadRecord[];
  /** Leads that may be looked at now: `ready`, and `waiting` ones whose time has come; due ones first, then by age. */
  dialable(campaign: CampaignId, nowMs: number, limit: number): readonly LeadRecord[];
  /** Iterates all leads of a campaign without holding them all in memory. */
  each(campaign: CampaignId): Iterable<LeadRecord>;
  /** Put a lead off because the gate said no: `waiting` until then, or `suppressed`/`done` when it never clears. */
  setState(id: LeadId, state: LeadState, reason: string | null, nextAttemptAtMs: number | null): void;
  /** Delete the oldest leads of a campaign that is about to be removed. @returns how many went */
  removeSome(campaign: CampaignId, limit: number): number;
  setDisposition(id: LeadId, disposition: Disposition): void;
}

export interface SuppressionTable {
  /** Also takes every waiting lead with such a number, in every campaign of that world, out of the queue. */
  add(
    numbers: readonly Phone[],
    world: World,
    reason: SuppressionReason,
    source: string | null,
  ): { readonly added: number; readonly alreadyThere: number };
  has(number: Phone, world: World): { readonly reason: string } | null;
  /** Newest first. For a search see {@link SearchIndex.suppressions}. */
  list(query: Omit<SuppressionQuery, 'search'>): readonly Suppression[];
  /** @returns false when there is no such row. The removal and its reason are kept in a log. */
  remove(id: SuppressionId, reason: string): boolean;
}

export interface AttemptTable {
  /**
   * Intent first: reads the facts, asks `decide`, and writes the attempt and its lead's state, all in one transaction; a request leaves
   * only after `synced`. Two processes or lines that race for one lead or one number cannot both succeed.
   * @returns the refusal that `decide` gave, or null when the intent is written
   */
  intend<Refusal>(draft: AttemptDraft, decide: (facts: StoredFacts) => Refusal | null): Refusal | null;
  facts(draft: Pick<AttemptDraft, 'campaignId' | 'leadId' | 'to' | 'world' | 'createdAtMs'>): StoredFacts;
  /**
   * What a world has cost: spent by what was dialled since then (the beginning of a quarter of an hour), and held for what its open calls
   * may still cost, whenever they were dialled.
   */
  spending(world: World, sinceMs: number): { readonly spentMicros: number; readonly heldMicros: number };
  update(id: AttemptId, patch: AttemptPatch): void;
  /** Ends the attempt and moves its lead on, in one transaction. Ending what has ended changes nothing and returns false. */
  end(id: AttemptId, ending: AttemptEnding, lead: LeadChange | null): boolean;
  /** An intent that was never submitted: as if it had not been. The lead is ready again, nothing counts. */
  release(id: AttemptId): void;
  /** How many of the lead's latest ended attempts, in a row, failed through a fault of the carrier or ours. */
  faultsInARow(lead: LeadId): number;
  get(id: AttemptId): AttemptRecord | null;
  byCall(id: CallId): AttemptRecord | null;
  /** Everything that has not ended, oldest first. */
  open(): readonly AttemptRecord[];
  /** Newest first. */
  list(query: CallQuery): readonly AttemptRecord[];
  addHop(id: AttemptId, hop: Hop): void;
  hops(id: AttemptId): readonly Hop[];
  addMark(id: AttemptId, mark: Mark): void;
  /** @returns whether there was such a mark */
  removeMark(id: AttemptId, mark: MarkId): boolean;
  marks(id: AttemptId): readonly Mark[];
  addCost(id: AttemptId, line: CostLine): void;
  costs(id: AttemptId): readonly CostLine[];
  addRungChange(id: AttemptId, change: RungChange): void;
  rungChanges(id: AttemptId): readonly RungChange[];
  addToolCall(id: AttemptId, call: ToolCall): void;
  toolCalls(id: AttemptId): readonly ToolCall[];
  addTurn(id: AttemptId, turn: TurnLatency): void;
  turns(id: AttemptId): readonly TurnLatency[];
  /** Insert, or change how it ended. */
  saveInvolvement(id: AttemptId, involvement: Involvement): void;
  involvements(id: AttemptId): readonly Involvement[];
  /** Insert, or change what became of it. */
  saveNudge(id: AttemptId, nudge: Nudge): void;
  nudges(id: AttemptId): readonly Nudge[];
  /** What the store alone can tell of a call, with the last line said. @throws `not-found` */
  summary(attempt: Pick<AttemptRecord, 'id'>): CallSummary;
  /** Of everything that has not ended, newest first; for all others see {@link SearchIndex.calls}. */
  openSummaries(): readonly CallSummary[];
}

export interface TranscriptTable {
  /** Insert or replace; final segments are also put into the search index. */
  save(attempt: AttemptId, segment: Segment): void;
  /** By time. */
  list(attempt: AttemptId): readonly Segment[];
  /** Delete what was said, so that no word of it stays in the file, its log or its index. @returns how many segments were deleted */
  erase(attempt: AttemptId): number;
}

/** What people answered by the scorecard, with the questions as they were then. */
export interface StoredScore {
  readonly items: readonly ScoreItem[];
  /** 0 to 100; null while an answer is missing. */
  readonly points: number | null;
  readonly scoredBy: string;
  readonly scoredAtMs: number;
}

/** What people make of calls that are over. For the tags of a call see {@link AttemptTable.summary}. */
export interface ReviewTable {
  /** All of its tags. One that is in use already, in whatever case, stays as it is written there. */
  setTags(id: AttemptId, tags: readonly string[]): void;
  /** Null while nobody answered anything. */
  score(id: AttemptId): StoredScore | null;
  saveScore(id: AttemptId, score: StoredScore): void;
  removeScore(id: AttemptId): void;
  addClip(id: AttemptId, clip: CallClip): void;
  /** In the order of the recording. */
  clips(id: AttemptId): readonly CallClip[];
  /** @returns false when there is none */
  removeClip(id: AttemptId, clip: CallClipId): boolean;
}

/** What of a call may be kept for a time of its own: its sound, its words, and who it was. */
export type RetentionClass = 'audio' | 'transcript' | 'personal';

export interface DueRow {
  readonly id: AttemptId;
  readonly callId: CallId;
  readonly recordingFile: string | null;
}

/** Takes personal data out for good. Ended calls only; the caller looks to it. */
export interface ErasureTable {
  /** Calls that ended before this and still have such data, oldest first; never one under a legal hold. */
  due(kind: RetentionClass, endedBeforeMs: number, limit: number): readonly DueRow[];
  /** Its recording is gone. */
  audio(id: AttemptId): void;
  /** What was said, hinted, noted and looked up. */
  words(id: AttemptId): void;
  /** Who it was, and the words. When it was, how it ended and what it cost stays. */
  person(id: AttemptId): void;
  ofNumber(number: Phone): readonly (DueRow & { readonly isOpen: boolean; readonly isHeld: boolean })[];
  /** Leads with this number whose calls are erased, and sounds that name them. @returns how many leads */
  leads(number: Phone): number;
  /** How many leads `leads` would delete once the calls that are under no legal hold are erased. */
  countLeads(number: Phone): number;
  /** Empty the log, in which what was erased may still be. Blocks for some milliseconds. */
  settle(): void;
}

/** Audio rendered before, keyed by what it says and who says it. */
export interface ClipTable {
  get(key: string): { readonly audio: Uint8Array; readonly text: string } | null;
  put(key: string, audio: Uint8Array, text: string): void;
}

export interface ColleagueTable {
  get(id: ColleagueId): StoredColleague | null;
  /** In order of creation. */
  list(): readonly StoredColleague[];
  /** @throws `not-found` when the draft names one that is not there */
  save(draft: ColleagueDraft): StoredColleague;
  /** @returns false when there is none */
  remove(id: ColleagueId): boolean;
}

export type StoredColleague = ColleagueDraft & { readonly id: ColleagueId };

/** The leg of a call that rings a colleague. Its id stands in tickets and tokens where an attempt's would. */
export interface TransferLegRecord {
  readonly id: AttemptId;
  /** The call that it belongs to. */
  readonly attemptId: AttemptId;
  readonly world: World;
  readonly carrier: CarrierName;
  readonly to: Phone;
  readonly from: Phone;
  readonly submittedAtMs: number;
  readonly requestId: string | null;
  readonly carrierCallId: string | null;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface TransferLegTable {
  /** Before its request leaves. */
  add(leg: Pick<TransferLegRecord, 'id' | 'attemptId' | 'carrier' | 'to' | 'from' | 'submittedAtMs'>): void;
  /** What the carrier calls it; null leaves what is known. */
  named(id: AttemptId, leg: Pick<TransferLegRecord, 'requestId' | 'carrierCallId'>): void;
  answered(id: AttemptId, atMs: number): void;
  /** It is certain that it is not up. */
  ended(id: AttemptId, atMs: number): void;
  get(id: AttemptId): TransferLegRecord | null;
  /** Those that may be up, oldest first. */
  open(): readonly TransferLegRecord[];
}

/** What "not needed" has made of the rules that ask for a person, for each campaign. */
export interface AttentionTable {
  /** How many times each rule was not needed; nothing for those that always were. */
  dismissals(campaign: CampaignId): Readonly<Partial<Record<AttentionRule, number>>>;
  /** Once more. */
  dismiss(campaign: CampaignId, rule: AttentionRule): void;
  /** As if it had always been needed. */
  reset(campaign: CampaignId, rule: AttentionRule): void;
}

/** Stereo PCM16 WAV files, written off the audio path and playable up to their last second at any moment. */
export interface RecordingFiles {
  /** @param onTrouble told once, in words, when the disk cannot take the recording; the call goes on without it */
  open(call: CallId, world: World, onTrouble?: (message: string) => void): RecordingWriter;
  /** Full path of a finished or running recording, or null. */
  path(file: string): string;
  /** Mend what a killed process left: sizes in the header follow the file's length. @returns how many files were mended */
  repair(): Promise<number>;
  /** Length of the recording, from the file. */
  durationMs(file: string): number | null;
  /** Delete it, and an operator's own track beside it. One that is not there counts as deleted. @throws `store/unavailable` */
  remove(file: string): Promise<void>;
}

export interface RecordingWriter {
  /** Path below the recordings folder. */
  readonly file: string;
  /**
   * Queue little-endian PCM16, 8 kHz: interleaved stereo, or one channel of an operator's track. The buffer may not be touched until it is
   * written. Never waits; a full disk is reported once through `onTrouble`.
   * @param written told of the buffer, or of its end, when nobody looks at it any more; the same for all of a recording
   */
  append(audio: Buffer, written?: (audio: Buffer) => void): void;
  /** The same for so many samples of silence, which take no memory. */
  appendSilence(samples: number): void;
  /** Open the track of an operator's own voice, one channel, in a file beside this one. To be called once, and closed by the caller. */
  beside(): RecordingWriter;
  close(): Promise<void>;
}

/** One dialling process for each data folder: a lock that ends with the process that holds it, however that process ends. */
export interface DialLease {
  /**
   * Never waits. Asking again while holding it is fine.
   * @returns false when another living process, or another store of this one, holds it
   */
  acquire(): boolean;
  release(): void;
}
