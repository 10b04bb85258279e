import { BridgeError } from '#bridge/contract/errors.ts';
import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { Disposition, LeadState, Outcome } from '#bridge/contract/words.ts';
import { leadSearchText } from '#bridge/domain/lead-words.ts';
import { searchParts } from '#bridge/domain/search-text.ts';
import { fromJson, fromJsonOrNull, jsonOrNull } from './columns.ts';
import { newLeadId } from './new-id.ts';
import { placeGone } from './place-in-list.ts';
import type { LeadQuery } from './reader.ts';
import type { LeadRecord } from './records.ts';
import type { Reads, Sql, SqlValue } from './sql.ts';
import type { LeadTable } from './store.ts';
import { countLeads } from './tallies.ts';

interface LeadRow {
  readonly id: LeadId;
  readonly seq: number;
  readonly campaign_id: CampaignId;
  readonly phone: string;
  readonly country: string;
  readonly state: LeadState;
  readonly state_reason: string | null;
  readonly attempts: number;
  readonly last_outcome: Outcome | null;
  readonly disposition: Disposition | null;
  readonly next_attempt_at_ms: number | null;
  readonly time_zones: string;
  readonly fields: string;
  readonly consent: string | null;
  readonly created_at_ms: number;
}

/** How many rows `each` holds at a time. An open SQLite cursor would forbid every write meanwhile, so we read page by page. */
const pageRows = 500;

export function leadTable(sql: Sql, now: () => number): LeadTable {
  const page = (campaignId: CampaignId, state: LeadState | undefined, afterSeq: number, limit: number): LeadRow[] => {
    const wanted: SqlValue[] = [campaignId, ...(state === undefined ? [] : [state]), afterSeq, limit];
    return sql.all<LeadRow>(
      `SELECT * FROM leads WHERE campaign_id = ? ${state === undefined ? '' : 'AND state = ?'} AND seq > ? ORDER BY seq LIMIT ?`,
      ...wanted,
    );
  };
  const assertLead = (changes: number, id: LeadId) => {
    if (changes === 0) throw new BridgeError('not-found', `There is no lead ${id}.`);
  };

  return {
    addMany: (campaign, leads) =>
      sql.transaction(() => {
        if (!sql.one('SELECT 1 FROM campaigns WHERE id = ?', campaign))
          throw new BridgeError('not-found', `There is no campaign ${campaign}.`);
        let added = 0;
        for (const lead of leads) {
          added += sql.run(
            `INSERT INTO leads (id, campaign_id, phone, country, state, time_zones, fields, consent, search, created_at_ms)
             VALUES (?, ?, ?, ?, 'ready', ?, ?, ?, ?, ?) ON CONFLICT (phone, campaign_id) DO NOTHING`,
            newLeadId(now()),
            campaign,
            lead.phone,
            lead.country,
            JSON.stringify(lead.timeZones),
            JSON.stringify(lead.fields),
            jsonOrNull(lead.consent),
            leadSearchText(lead.fields, lead.phone),
            now(),
          );
        }
        countLeads(sql, campaign, 'ready', added);
        return { added, duplicates: leads.length - added };
      }),

    get: (id) => {
      const row = sql.one<LeadRow>('SELECT * FROM leads WHERE id = ?', id);
      return row ? toLead(row) : null;
    },

    list: ({ campaignId, state, after, limit }) => {
      const afterSeq = after === undefined ? 0 : sql.one<{ seq: number }>('SELECT seq FROM leads WHERE id = ?', after)?.seq;
      if (afterSeq === undefined) throw placeGone();
      return page(campaignId, state, afterSeq, limit).map(toLead);
    },

    dialable: (campaign, nowMs, limit) => {
      const due = sql.all<LeadRow>(
        `SELECT * FROM leads WHERE campaign_id = ? AND state = 'waiting' AND next_attempt_at_ms <= ? ORDER BY next_attempt_at_ms, seq LIMIT ?`,
        campaign,
        nowMs,
        limit,
      );
      return [...due, ...page(campaign, 'ready', 0, limit - due.length)].map(toLead);
    },

    *each(campaign) {
      let last = 0;
      for (;;) {
        const rows = page(campaign, undefined, last, pageRows);
        for (const row of rows) yield toLead(row);
        const end = rows.at(-1);
        if (!end || rows.length < pageRows) return;
        last = end.seq;
      }
    },

    setState: (id, state, reason, nextAttemptAtMs) =>
      assertLead(
        sql.run('UPDATE leads SET state = ?, state_reason = ?, next_attempt_at_ms = ? WHERE id = ?', state, reason, nextAttemptAtMs, id),
        id,
      ),

    removeSome: (campaign, limit) =>
      sql.run('DELETE FROM leads WHERE seq IN (SELECT seq FROM leads WHERE campaign_id = ? ORDER BY seq LIMIT ?)', campaign, limit),

    setDisposition: (id, disposition) => assertLead(sql.run('UPDATE leads SET disposition = ? WHERE id = ?', disposition, id), id),
  };
}

/** Leads whose name or number has what is looked for, in order of creation. Walks through the campaign's index, not through its rows. */
export function searchLeads(sql: Reads, { campaignId, state, search, after, limit }: LeadQuery): readonly LeadRecord[] {
  const afterSeq = after === undefined ? 0 : sql.one<{ seq: number }>('SELECT seq FROM leads WHERE id = ?', after)?.seq;
  if (afterSeq === undefined) throw placeGone();
  const parts = searchParts(search);
  const found = `campaign_id = ? AND seq > ? ${parts.map(() => 'AND instr(search, ?) > 0').join(' ')} ${state === undefined ? '' : 'AND state = ?'}`;
  return sql
    .all<LeadRow>(
      `SELECT * FROM leads WHERE seq IN (SELECT seq FROM leads INDEXED BY leads_by_campaign WHERE ${found} ORDER BY seq LIMIT ?) ORDER BY seq`,
      campaignId,
      afterSeq,
      ...parts,
      ...(state === undefined ? [] : [state]),
      limit,
    )
    .map(toLead);
}

function toLead(row: LeadRow): LeadRecord {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    phone: row.phone,
    country: row.country,
    state: row.state,
    stateReason: row.state_reason,
    attempts: row.attempts,
    lastOutcome: row.last_outcome,
    disposition: row.disposition,
    nextAttemptAtMs: row.next_attempt_at_ms,
    timeZones: fromJson(row.time_zones),
    fields: fromJson(row.fields),
    consent: fromJsonOrNull(row.consent),
    createdAtMs: row.created_at_ms,
  };
}
