import type { Publish } from '#bridge/contract/feed.ts';
import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { LeadImport, LeadImportResult } from '#bridge/contract/leads.ts';
import type { OperationInput, OperationOutput } from '#bridge/contract/operations.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { NewLead, Store } from '../../store/store.ts';
import { readInBatches } from './import-csv.ts';
import { Slices } from './slices.ts';

/** Rows between two words about how far it is. */
const TOLD_EVERY = 500;
const PAGE = 1_000;
const breathe = () => new Promise<void>((resume) => setImmediate(resume));

/**
 * Import a list of leads: a long one is read in a thread of its own; written in small transactions between which everybody else gets their turn.
 *
 * @throws {BridgeError} `input/invalid` when it is no CSV file or lacks a column; what was written before an error stays
 */
export async function importLeads(input: LeadImport, store: Store, publish: Publish, signal: AbortSignal): Promise<LeadImportResult> {
  const { campaignId } = input;
  const existing = input.dryRun ? await numbersOf(store, campaignId) : null;
  let imported = 0;
  let duplicates = 0;
  let told = 0;

  const slices = new Slices();
  const write = (slice: readonly NewLead[]) => {
    const added = existing ? slice.filter((lead) => !existing.has(lead.phone)).length : store.leads.addMany(campaignId, slice).added;
    imported += added;
    duplicates += slice.length - added;
  };
  const { opened, done } = await readInBatches(
    {
      kind: 'leads',
      source: sourceOf(input),
      mapping: input.mapping ?? {},
      defaultRegion: input.defaultRegion,
      consent: input.consent ?? null,
    },
    async ({ leads, rows, bytes, totalBytes }) => {
      await slices.write(leads, write, signal);
      if (input.dryRun || (rows - told < TOLD_EVERY && bytes !== totalBytes)) return;
      told = rows;
      publish({ type: 'import.progress', campaignId, rows, bytes, totalBytes });
    },
    signal,
  );
  const { mapping, encoding, delimiter } = opened;
  const { rows, rejected, rejectedCount, duplicates: twice } = done;
  return { imported, duplicates: duplicates + twice, rejected: [...rejected], rejectedCount, mapping, rows, encoding, delimiter };
}

/** Import a do-not-call list; it may be nothing but numbers, one on a line. */
export async function importSuppressions(
  input: OperationInput<'suppressions.import'>,
  store: Store,
  signal: AbortSignal,
): Promise<OperationOutput<'suppressions.import'>> {
  let added = 0;
  let alreadyThere = 0;
  const { defaultRegion, reason, world } = input;
  const slices = new Slices();
  const write = (slice: readonly Phone[]) => {
    const result = store.suppressions.add(slice, world, reason, 'imported list');
    added += result.added;
    alreadyThere += result.alreadyThere;
  };
  const { done } = await readInBatches(
    { kind: 'numbers', source: sourceOf(input), mapping: {}, defaultRegion, consent: null },
    ({ numbers }) => slices.write(numbers, write, signal),
    signal,
  );
  return { added, alreadyThere: alreadyThere + done.duplicates, rejected: [...done.rejected] };
}

function sourceOf(input: Pick<LeadImport, 'csv' | 'path'>): { csv: string } | { path: string } {
  if (input.path !== undefined) return { path: input.path };
  return { csv: input.csv ?? '' };
}

async function numbersOf(store: Store, campaignId: CampaignId): Promise<ReadonlySet<Phone>> {
  const numbers = new Set<Phone>();
  let after: LeadId | undefined;
  for (;;) {
    const page = store.leads.list({ campaignId, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const lead of page) numbers.add(lead.phone);
    after = page.at(-1)?.id;
    if (page.length < PAGE) return numbers;
    await breathe();
  }
}
