import type { Campaign, CampaignChange, CampaignDraft, CampaignHealth, CampaignPreview, StartBlocker } from '#bridge/contract/campaigns.ts';
import type { CampaignId } from '#bridge/contract/ids.ts';
import type { Lead, LeadImport, LeadImportResult } from '#bridge/contract/leads.ts';
import type { Exported, OperationInput, OperationOutput } from '#bridge/contract/operations.ts';
import type { World } from '#bridge/contract/words.ts';

/** Campaigns as the console sees them. Every method throws {@link BridgeError}: `not-found`, `state/conflict`, `input/invalid`. */
export interface Campaigns {
  create(draft: CampaignDraft): Campaign;
  update(change: CampaignChange): Campaign;
  get(id: CampaignId): Campaign;
  list(world?: World): readonly Campaign[];
  preview(id: CampaignId): Promise<CampaignPreview>;
  /** @throws `settings/missing` naming what a real campaign still needs */
  start(id: CampaignId): Campaign;
  /** New dials stop at once; calls in progress go on. */
  pause(id: CampaignId, reason: string | null): Campaign;
  resume(id: CampaignId): Campaign;
  /** For good. Calls that still ring are cancelled; people who talk are not cut off. */
  stop(id: CampaignId): Promise<Campaign>;
  /** As if every lead had been dealt with: nobody is dialled any more, and the reason says what was left. */
  complete(id: CampaignId, reason: string): Campaign;
  /** A new draft with the same settings, without the leads. */
  duplicate(id: CampaignId, name: string | null): Campaign;
  /** Only a draft that has never dialled anybody; its leads go with it. */
  remove(id: CampaignId): Promise<void>;
  /** What stands between it and its start; see {@link StartBlocker}. */
  check(id: CampaignId): Promise<readonly StartBlocker[]>;
  health(id: CampaignId): CampaignHealth;
  export(id: CampaignId, format: 'csv' | 'json'): Promise<Exported>;
  importLeads(input: LeadImport): Promise<LeadImportResult>;
  leads(query: OperationInput<'leads.list'>): Promise<readonly Lead[]>;
  importSuppressions(input: OperationInput<'suppressions.import'>): Promise<OperationOutput<'suppressions.import'>>;
  /** Start the dispatcher: running campaigns dial again, once reconciliation is over. */
  run(): void;
  /** What holds for all of them has changed: the running ones look again at once. */
  wake(): void;
  /** Nobody is dialled until `run` is called again; the campaigns keep their states. */
  hold(): void;
  close(): Promise<void>;
}
