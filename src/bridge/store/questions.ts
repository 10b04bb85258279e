import type Database from 'better-sqlite3';
import type { World } from '#bridge/contract/words.ts';
import type { CallFilter, CallQuery } from './call-filter.ts';
import { callSummaries, countCalls } from './call-summaries.ts';
import { dayFigures, rowCounts, spending } from './figures.ts';
import { insightsOf } from './insights.ts';
import { searchLeads } from './leads-table.ts';
import type { DayQuery, InsightsQuery, LeadQuery, PeaksQuery, SearchQuery, SuppressionQuery } from './reader.ts';
import { recordingPeaks } from './recording-peaks.ts';
import { recordingsUsage } from './recordings-usage.ts';
import { tagsInUse } from './review-table.ts';
import { searchTranscripts } from './search-query.ts';
import type { Reads } from './sql.ts';
import { listSuppressions } from './suppressions-table.ts';

/** Where a question is put: a connection that nothing is written on. */
export interface Place {
  readonly sql: Reads;
  readonly db: Database.Database;
}

/**
 * Questions that may take longer than a frame of audio, by name. Each runs to its end in whichever thread it is put; what goes in and comes
 * out crosses between threads.
 */
export const questions = {
  transcripts: ({ db }: Place, query: SearchQuery) => searchTranscripts(db, query),
  calls: ({ sql }: Place, query: CallQuery) => callSummaries(sql, query),
  countCalls: ({ sql }: Place, filter: CallFilter) => countCalls(sql, filter),
  tags: ({ sql }: Place, world: World | null) => tagsInUse(sql, world),
  leads: ({ sql }: Place, query: LeadQuery) => searchLeads(sql, query),
  suppressions: ({ sql }: Place, query: SuppressionQuery) => listSuppressions(sql, query),
  spending: ({ sql }: Place, campaign: string) => spending(sql, campaign),
  day: ({ sql }: Place, query: DayQuery) => dayFigures(sql, query),
  // All of it as it was at one moment, whatever is written meanwhile.
  insights: ({ sql, db }: Place, query: InsightsQuery) => db.transaction(() => insightsOf(sql, query))(),
  rows: ({ sql }: Place, _nothing: null) => rowCounts(sql),
  peaks: (_place: Place, query: PeaksQuery & { readonly path: string }) => recordingPeaks(query),
  recordings: (_place: Place, folder: string) => recordingsUsage(folder),
};

export type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type QuestionInput<Name extends QuestionName> = Parameters<Questions[Name]>[1];
export type Reply<Name extends QuestionName> = ReturnType<Questions[Name]>;

/** Put a question, wherever it is answered. */
export type Ask = <Name extends QuestionName>(name: Name, input: QuestionInput<Name>) => Promise<Reply<Name>>;

export function answerTo<Name extends QuestionName>(name: Name, place: Place, input: QuestionInput<Name>): Reply<Name> {
  const answer = questions[name] as (place: Place, input: QuestionInput<Name>) => Reply<Name>;
  return answer(place, input);
}
