import type { CallSummary } from '#bridge/contract/calls.ts';
import type { CampaignId, LeadId, SuppressionId } from '#bridge/contract/ids.ts';
import type { Insights } from '#bridge/contract/insights.ts';
import type { Suppression } from '#bridge/contract/leads.ts';
import type { SearchHit } from '#bridge/contract/operations.ts';
import type { Disposition, LeadState, World } from '#bridge/contract/words.ts';
import type { CallFilter, CallQuery } from './call-filter.ts';
import type { LeadRecord } from './records.ts';

/** What is asked of the thread that only reads, and what it answers: lists that may be long, sums and pictures. */

export interface SearchQuery {
  readonly query: string;
  readonly campaignId?: CampaignId;
  readonly world?: World;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly disposition?: Disposition;
  readonly order: 'newest' | 'best';
  readonly after?: string;
  readonly limit: number;
}

export interface LeadQuery {
  readonly campaignId: CampaignId;
  readonly state?: LeadState;
  /** Part of a name or number. */
  readonly search: string;
  /** The last one that the caller has. */
  readonly after?: LeadId;
  readonly limit: number;
}

export interface SuppressionQuery {
  readonly world?: World;
  /** Part of a number; a word is looked for in where it came from. */
  readonly search?: string;
  /** The last one that the caller has. */
  readonly after?: SuppressionId;
  readonly limit: number;
}

export interface TagCount {
  readonly tag: string;
  readonly calls: number;
}

/** Lists that may be long. They run in a worker thread with its own read-only connection, so that no audio waits on them. */
export interface SearchIndex {
  transcripts(query: SearchQuery): Promise<readonly SearchHit[]>;
  /** A page of calls, newest first, as the store alone knows them. */
  calls(query: CallQuery): Promise<readonly CallSummary[]>;
  countCalls(filter: CallFilter): Promise<number>;
  /** Every tag in use, the most used first. @param world null for both */
  tags(world: World | null): Promise<readonly TagCount[]>;
  /** In order of creation. */
  leads(query: LeadQuery): Promise<readonly LeadRecord[]>;
  /** Newest first. */
  suppressions(query: SuppressionQuery): Promise<readonly Suppression[]>;
}

export interface DayQuery {
  readonly world: World;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

export interface DayFigures {
  readonly calls: number;
  readonly answered: number;
  readonly talkMs: number;
  readonly spentMicros: number;
}

export interface InsightsQuery {
  readonly world: World;
  readonly campaignId?: CampaignId;
  /** Dialled at this moment or later; epoch milliseconds. */
  readonly sinceMs: number;
  /** Dialled before this moment. */
  readonly untilMs: number;
  /** Whose midnights part the days: IANA name, or `system` for the clock of this machine. */
  readonly zone: string;
}

export interface RowCounts {
  readonly calls: number;
  readonly segments: number;
  readonly leads: number;
}

export interface RecordingsUsage {
  readonly bytes: number;
  readonly files: number;
}

export interface SpendingPoint {
  readonly at: string;
  /** Of everything up to then. */
  readonly costMicros: number;
}

export interface DataUsage extends RowCounts {
  /** With its log. */
  readonly databaseBytes: number;
  readonly recordings: RecordingsUsage;
  /** What the disk still has room for. */
  readonly freeBytes: number;
}

/** Sums and pictures, worked out in the thread of the lists. */
export interface Figures {
  /** At most 200 points, oldest first. */
  spending(campaign: CampaignId): Promise<readonly SpendingPoint[]>;
  day(query: DayQuery): Promise<DayFigures>;
  insights(query: InsightsQuery): Promise<Insights>;
  /** Not looked up anew more than once in some seconds. */
  usage(): Promise<DataUsage>;
  /** Picture of a recording, which may still grow; null when there is no such file (yet). */
  peaks(query: PeaksQuery & { readonly file: string }): Promise<Peaks | null>;
}

export interface PeaksQuery {
  readonly bucketMs: number;
}

/** Highest sample of each bucket and side, 0 to 255. */
export interface Peaks {
  readonly durationMs: number;
  readonly bucketMs: number;
  readonly lead: Uint8Array;
  readonly ours: Uint8Array;
}
