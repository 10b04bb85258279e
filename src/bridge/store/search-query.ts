import type Database from 'better-sqlite3';
import type { CallId, SegmentId } from '#bridge/contract/ids.ts';
import type { SearchHit } from '#bridge/contract/operations.ts';
import type { World } from '#bridge/contract/words.ts';
import type { SearchQuery } from './reader.ts';

/** More words than a person types; keeps a pasted page from becoming a query of thousands of terms. */
const maxTerms = 32;

/**
 * What a person typed as an FTS5 expression that can never be a syntax error: every term is quoted, operators are words like any other.
 * Text between double quotes stays together; the last loose term also finds words that begin with it, because people search as they type.
 *
 * @returns null when there is no letter or digit to look for
 * @see https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
export function matchExpression(text: string): string | null {
  const terms: { readonly text: string; readonly phrase: boolean }[] = [];
  // Control characters separate: a NUL would end the expression in the middle of a quoted term.
  for (const [, phrase, loose] of text.replace(/\p{Cc}/gu, ' ').matchAll(/"([^"]+)"|([^\s"]+)/gu)) {
    const term = phrase ?? loose ?? '';
    if (/[\p{L}\p{N}]/u.test(term)) terms.push({ text: term, phrase: phrase !== undefined });
  }
  const kept = terms.slice(0, maxTerms);
  if (kept.length === 0) return null;
  return kept.map((term, at) => `"${term.text}"${at === kept.length - 1 && isPrefix(term) ? '*' : ''}`).join(' ');
}

/** One letter alone would stand for thousands of words, and cost seconds. */
function isPrefix(term: { readonly text: string; readonly phrase: boolean }): boolean {
  return !term.phrase && [...term.text].length > 1;
}

/**
 * So many of the newest matches are weighed against each other. A word that half of all calls hold is found half a million times, and to
 * weigh each would take seconds.
 */
const weighedAtMost = 20_000;

interface HitRow {
  readonly seq: number;
  readonly rank: number;
  readonly snippet: string | null;
  readonly segmentId: SegmentId;
  readonly callId: CallId;
  readonly world: World;
  readonly startMs: number;
}

/** Runs a search on whichever connection it is given; the caller decides whose thread waits. */
export function searchTranscripts(db: Database.Database, query: SearchQuery): SearchHit[] {
  const match = matchExpression(query.query);
  if (match === null) return [];
  const best = query.order === 'best';
  const last = query.after === undefined ? undefined : lastHit(db, match, query.after, best);
  if (last === null) return [];
  const { filter, bind } = filters(query);
  const from = `FROM segment_index f ${filter === '' ? '' : callOf('f.rowid')} WHERE segment_index MATCH @match ${filter}`;
  const found = best
    ? `SELECT seq, rank, NULL AS snippet FROM (SELECT f.rowid AS seq, f.rank AS rank ${from} ORDER BY f.rowid DESC LIMIT ${weighedAtMost})
       ${last === undefined ? '' : behindByRank} ORDER BY rank, seq DESC`
    : `SELECT f.rowid AS seq, 0.0 AS rank, ${snippetOf('segment_index')} AS snippet ${from} ${last === undefined ? '' : behindByTime} ORDER BY f.rowid DESC`;
  // The words first, and only the rows of this page joined to their calls, unless a filter has to look at each call.
  const hits = db
    .prepare<unknown[], HitRow>(
      `WITH hits AS MATERIALIZED (${found} LIMIT @limit)
       SELECT hits.seq, hits.rank, hits.snippet, s.id AS segmentId, a.call_id AS callId, a.world AS world, s.start_ms AS startMs
       FROM hits ${callOf('hits.seq')} ORDER BY ${best ? 'hits.rank, ' : ''}hits.seq DESC`,
    )
    .all({ ...bind, match, limit: query.limit, ...(last && { lastSeq: last.seq, ...(best && { lastRank: last.rank }) }) });
  // By time the index stops behind the last row of the page, and the snippets come along without another look at the words.
  const shown = best ? snippetsOf(db, match, hits) : null;
  return hits.map(({ seq, snippet, ...hit }) => ({ ...hit, snippet: shown?.get(seq) ?? snippet ?? '' }));
}

/**
 * By rank many matches are looked at, and only the rows of one page are shown. To ask the whole index for each of them again takes ten
 * milliseconds a row where a word is common, so the page gets an index of its own.
 */
function snippetsOf(db: Database.Database, match: string, hits: readonly HitRow[]): ReadonlyMap<number, string> {
  // Words that were spoken go into no file but the store's own.
  db.pragma('temp_store = MEMORY');
  dropPageIndex(db);
  db.exec("CREATE VIRTUAL TABLE temp.page_index USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')");
  const add = db.prepare<[number]>(
    'INSERT INTO temp.page_index (rowid, text) SELECT seq, text FROM final_segments WHERE seq = CAST(? AS INTEGER)',
  );
  for (const { seq } of hits) add.run(seq);
  const rows = db
    .prepare<[string], { seq: number; snippet: string }>(
      `SELECT rowid AS seq, ${snippetOf('page_index')} AS snippet FROM temp.page_index WHERE page_index MATCH ?`,
    )
    .all(match);
  dropPageIndex(db);
  return new Map(rows.map(({ seq, snippet }) => [seq, snippet]));
}

function dropPageIndex(db: Database.Database): void {
  db.exec('DROP TABLE IF EXISTS temp.page_index');
}

const snippetOf = (index: string) => `snippet(${index}, 0, '[', ']', '…', 12)`;

const callOf = (seq: string) => `CROSS JOIN segments s ON s.seq = ${seq} CROSS JOIN attempts a ON a.seq = s.attempt`;
// The binding hands every number over as a float, and the index ignores a rowid that is no integer instead of converting it.
const behindByTime = 'AND f.rowid < CAST(@lastSeq AS INTEGER)';
const behindByRank = 'WHERE (rank > @lastRank OR (rank = @lastRank AND seq < CAST(@lastSeq AS INTEGER)))';

type Bindings = Readonly<Record<string, string | number>>;

function filters(query: SearchQuery): { readonly filter: string; readonly bind: Bindings } {
  const wanted: readonly (readonly [condition: string, name: string, value: string | number | undefined])[] = [
    ['a.campaign_id = @campaignId', 'campaignId', query.campaignId],
    ['a.world = @world', 'world', query.world],
    ['a.created_at_ms >= @sinceMs', 'sinceMs', query.sinceMs],
    ['a.created_at_ms <= @untilMs', 'untilMs', query.untilMs],
    ['a.disposition = @disposition', 'disposition', query.disposition],
  ];
  const bind: Record<string, string | number> = {};
  let filter = '';
  for (const [condition, name, value] of wanted) {
    if (value === undefined) continue;
    filter += ` AND ${condition}`;
    bind[name] = value;
  }
  return { filter, bind };
}

interface LastHit {
  readonly seq: number;
  readonly rank: number;
}

/** Where the page before ended. Null when that segment is gone or no longer matches: there is nothing to go on behind. */
function lastHit(db: Database.Database, match: string, segment: string, ranked: boolean): LastHit | null {
  const row = db
    .prepare<[string, string], LastHit>(
      `SELECT f.rowid AS seq, ${ranked ? 'f.rank' : '0.0'} AS rank FROM segment_index f
       WHERE segment_index MATCH ? AND f.rowid IN (SELECT seq FROM segments WHERE id = ?) ORDER BY f.rowid LIMIT 1`,
    )
    .get(match, segment);
  return row ?? null;
}
