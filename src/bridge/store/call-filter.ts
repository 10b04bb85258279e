import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { CallId, CampaignId } from '#bridge/contract/ids.ts';
import type { Disposition, Outcome, Rung, World } from '#bridge/contract/words.ts';
import { searchParts } from '#bridge/domain/search-text.ts';
import { flag } from './columns.ts';
import type { Reads, SqlValue } from './sql.ts';

/** Which calls. What is not named does not matter. */
export interface CallFilter {
  readonly campaignId?: CampaignId;
  readonly world?: World;
  /** Dialled at this moment or later; epoch milliseconds. */
  readonly sinceMs?: number;
  /** Dialled before this moment. */
  readonly untilMs?: number;
  readonly outcome?: Outcome;
  readonly disposition?: Disposition;
  readonly rung?: Rung;
  /** Why it ended. */
  readonly cause?: EndCause;
  readonly live?: boolean;
  readonly personInvolved?: boolean;
  readonly minTalkMs?: number;
  readonly maxTalkMs?: number;
  readonly tag?: string;
  /** Whether a person has scored it, to the last answer. */
  readonly scored?: boolean;
  /** Part of the lead's name or number. */
  readonly search?: string;
}

/** A page of them, newest first. */
export interface CallQuery extends CallFilter {
  /** The last one that the caller has. */
  readonly after?: CallId;
  readonly limit: number;
}

/** The part of a question that says which rows, and which index they are read off; `alias` names no table. */
export interface Narrowed {
  /** `FROM attempts ... WHERE ...`; reads no row that it does not give. */
  readonly from: string;
  readonly bind: readonly SqlValue[];
}

/** Read in this order off every index that {@link narrow} chooses. */
export const newestFirst = 'ORDER BY created_at_ms DESC, seq DESC';

/**
 * What is asked for alone has an index of its own, and a page of it costs the same among ten calls and among a million. Everything else is
 * looked up in the one index that holds all of it: in order, without touching the rows that are not shown.
 */
export function narrow(filter: CallFilter): Narrowed {
  const where: string[] = [];
  const bind: SqlValue[] = [];
  const add = (condition: string, ...values: readonly SqlValue[]) => {
    where.push(condition);
    bind.push(...values);
  };
  const { campaignId, world, outcome, disposition, rung, sinceMs, untilMs, personInvolved, minTalkMs, maxTalkMs, live, search } = filter;
  const { cause, tag, scored } = filter;
  if (campaignId !== undefined) add('campaign_id = ?', campaignId);
  if (outcome !== undefined) add('outcome = ?', outcome);
  if (disposition !== undefined) add('disposition = ?', disposition);
  if (rung !== undefined) add('rung = ?', rung);
  if (cause !== undefined) add('end_cause = ?', cause);
  // All calls of a campaign are of its world: that is looked up once, not for each call.
  if (world !== undefined && campaignId !== undefined) add('(SELECT world FROM campaigns WHERE id = ?) = ?', campaignId, world);
  else if (world !== undefined) add('world = ?', world);
  if (personInvolved !== undefined) add('person_involved = ?', flag(personInvolved));
  if (minTalkMs !== undefined) add('talk_ms >= ?', minTalkMs);
  if (maxTalkMs !== undefined) add('talk_ms <= ?', maxTalkMs);
  if (search !== undefined) for (const part of searchParts(search)) add('instr(search, ?) > 0', part);
  if (sinceMs !== undefined) add('created_at_ms >= ?', sinceMs);
  if (untilMs !== undefined) add('created_at_ms < ?', untilMs);
  // The open ones are few; the phase of all others need not be read.
  if (live === true) add(`phase <> 'ended'`);
  if (live === false) add(`seq NOT IN (SELECT seq FROM attempts INDEXED BY attempts_open WHERE phase <> 'ended')`);
  if (tag !== undefined) add('seq IN (SELECT attempt FROM call_tags WHERE tag = ?)', tag);
  if (scored !== undefined) add(`seq ${scored ? 'IN' : 'NOT IN'} (SELECT attempt FROM call_scores WHERE points IS NOT NULL)`);
  const condition = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`;
  // What people have tagged or scored is little beside all calls: it is looked up row by row, and put in order then.
  const way = tag !== undefined || scored === true ? 'NOT INDEXED' : `INDEXED BY ${indexFor(filter)}`;
  return { from: `FROM attempts ${way}${condition}`, bind };
}

function indexFor({
  campaignId,
  world,
  outcome,
  disposition,
  rung,
  cause,
  live,
  personInvolved,
  minTalkMs,
  maxTalkMs,
  search,
}: CallFilter): string {
  if (live === true) return 'attempts_open';
  if (cause !== undefined) return 'attempts_by_end_cause';
  const others = [personInvolved, minTalkMs, maxTalkMs, search].some((value) => value !== undefined);
  const named = Object.entries({ campaign: campaignId, outcome, disposition, rung }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const own = others ? undefined : ownIndexes[named.join('+')];
  return named.length === 0 && !others && world !== undefined ? 'attempts_by_world' : (own ?? 'attempts_in_lists');
}

const ownIndexes: Readonly<Record<string, string>> = {
  '': 'attempts_in_lists',
  campaign: 'attempts_by_campaign',
  outcome: 'attempts_by_outcome',
  disposition: 'attempts_by_disposition',
  rung: 'attempts_by_rung',
  'campaign+outcome': 'attempts_by_campaign_outcome',
  'campaign+disposition': 'attempts_by_campaign_disposition',
};

/** The same, and only what comes after the last one that the caller has; null when there is no such call. */
export function narrowPage(sql: Reads, { after, ...filter }: CallFilter & { readonly after?: CallId }): Narrowed | null {
  const narrowed = narrow(filter);
  if (after === undefined) return narrowed;
  const last = sql.one<{ created_at_ms: number; seq: number }>('SELECT created_at_ms, seq FROM attempts WHERE call_id = ?', after);
  if (!last) return null;
  const joint = narrowed.from.includes(' WHERE ') ? 'AND' : 'WHERE';
  return {
    from: `${narrowed.from} ${joint} (created_at_ms, seq) < (?, ?)`,
    bind: [...narrowed.bind, last.created_at_ms, last.seq],
  };
}
