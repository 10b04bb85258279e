import { stringify } from 'csv-stringify/sync';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { CallId, LeadId } from '#bridge/contract/ids.ts';
import type { Exported } from '#bridge/contract/operations.ts';
import type { LeadRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { isoOrNull } from './lead-view.ts';

const PAGE = 500;
const breathe = () => new Promise<void>((resume) => setImmediate(resume));

/** What the calls of one lead came to. */
interface LeadCalls {
  calls: number;
  talkMs: number;
  costMicros: number;
  last: CallSummary;
  /** Of all of them, each once. */
  readonly tags: Set<string>;
  /** By the scorecard, of the last one that a person scored. */
  points: number | null;
}

type Cell = string | number | null;

/** Every lead of a campaign with what became of it. The world is in every row: rehearsal can never be mistaken for real. */
export async function exportCampaign(campaign: Campaign, store: Store, format: 'csv' | 'json'): Promise<Exported> {
  const calls = await callsByLead(campaign, store);
  const leads = await allLeads(campaign, store);
  const fileName = `${campaign.name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60)}-${campaign.world}.${format}`;
  if (format === 'json') {
    const rows = leads.map((lead) => ({ ...fixedColumns(campaign, lead, calls.get(lead.id)), fields: lead.fields }));
    return { fileName, mediaType: 'application/json', content: JSON.stringify({ campaign, leads: rows }), encoding: 'utf8' };
  }
  return { fileName, mediaType: 'text/csv', content: await toCsv(campaign, leads, calls), encoding: 'utf8' };
}

async function toCsv(campaign: Campaign, leads: readonly LeadRecord[], calls: ReadonlyMap<LeadId, LeadCalls>): Promise<string> {
  const own = new Set<string>();
  for (const lead of leads) for (const name of Object.keys(lead.fields)) own.add(name);
  const ownColumns = [...own];
  // Excel takes a file for UTF-8 only with a byte order mark
  let csv = '\ufeff';
  for (let from = 0; from === 0 || from < leads.length; from += PAGE) {
    const rows = leads.slice(from, from + PAGE).map((lead) => {
      const fixed = fixedColumns(campaign, lead, calls.get(lead.id));
      return [
        ...Object.entries(fixed).map(([name, value]) => (name === 'phone' ? value : harmless(value))),
        ...ownColumns.map((name) => harmless(lead.fields[name] ?? '')),
      ];
    });
    const header = from === 0 ? [[...fixedNames, ...ownColumns.map((name) => harmless(name))]] : [];
    csv += stringify([...header, ...rows], { record_delimiter: '\r\n' });
    await breathe();
  }
  return csv;
}

function fixedColumns(campaign: Campaign, lead: LeadRecord, calls: LeadCalls | undefined) {
  return {
    phone: lead.phone,
    country: lead.country,
    world: campaign.world,
    campaign: campaign.name,
    state: lead.state,
    stateReason: lead.stateReason,
    attempts: lead.attempts,
    lastOutcome: lead.lastOutcome,
    disposition: lead.disposition,
    nextAttemptAt: isoOrNull(lead.nextAttemptAtMs),
    calls: calls?.calls ?? 0,
    lastCallId: calls?.last.id ?? null,
    lastCallAt: calls?.last.startedAt ?? null,
    lastCallEnded: calls?.last.endedReason ?? null,
    lastCallEndedBy: calls?.last.endedBy ?? null,
    talkMs: calls?.talkMs ?? 0,
    costMicros: calls?.costMicros ?? 0,
    tags: calls ? [...calls.tags].join('; ') : null,
    points: calls?.points ?? null,
    compliance: calls ? complianceOf(calls.last) : null,
    consentBasis: lead.consent?.basis ?? null,
    consentSource: lead.consent?.source ?? null,
    consentCapturedAt: lead.consent?.capturedAt ?? null,
    timeZones: lead.timeZones.join(' '),
    leadId: lead.id,
  } satisfies Record<string, Cell>;
}

const fixedNames: readonly (keyof ReturnType<typeof fixedColumns>)[] = [
  'phone',
  'country',
  'world',
  'campaign',
  'state',
  'stateReason',
  'attempts',
  'lastOutcome',
  'disposition',
  'nextAttemptAt',
  'calls',
  'lastCallId',
  'lastCallAt',
  'lastCallEnded',
  'lastCallEndedBy',
  'talkMs',
  'costMicros',
  'tags',
  'points',
  'compliance',
  'consentBasis',
  'consentSource',
  'consentCapturedAt',
  'timeZones',
  'leadId',
];

/** A person's decision to dial in spite of a guard is shown wherever the call is shown. */
function complianceOf({ compliance }: CallSummary): string {
  const off = (['hours', 'consent'] as const).filter((guard) => compliance[guard] === 'off');
  return off.length === 0 ? 'enforced' : `${off.join(' and ')} off`;
}

/** A cell that a spreadsheet would run as a formula is marked as text. @see https://owasp.org/www-community/attacks/CSV_Injection */
function harmless(value: Cell): Cell {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

async function allLeads(campaign: Campaign, store: Store): Promise<readonly LeadRecord[]> {
  const leads: LeadRecord[] = [];
  let after: LeadId | undefined;
  for (;;) {
    const page = store.leads.list({ campaignId: campaign.id, limit: PAGE, ...(after === undefined ? {} : { after }) });
    leads.push(...page);
    after = page.at(-1)?.id;
    if (page.length < PAGE) return leads;
    await breathe();
  }
}

async function callsByLead(campaign: Campaign, store: Store): Promise<ReadonlyMap<LeadId, LeadCalls>> {
  const byLead = new Map<LeadId, LeadCalls>();
  let after: CallId | undefined;
  for (;;) {
    const page = await store.search.calls({ campaignId: campaign.id, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const call of page) {
      if (call.leadId === null) continue;
      const known = byLead.get(call.leadId);
      // Newest first: the first that is met is the last one made
      const calls = known ?? { calls: 0, talkMs: 0, costMicros: 0, last: call, tags: new Set(), points: null };
      calls.calls += 1;
      calls.talkMs += call.talkMs;
      calls.costMicros += call.costMicros;
      calls.points ??= call.points ?? null;
      for (const tag of call.tags ?? []) calls.tags.add(tag);
      byLead.set(call.leadId, calls);
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE) return byLead;
  }
}
