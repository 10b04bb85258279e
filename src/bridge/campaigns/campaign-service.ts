import type { Logger } from 'pino';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Campaign, CampaignChange, CampaignDraft, CampaignHealth, CampaignPreview, StartBlocker } from '#bridge/contract/campaigns.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { Lead, LeadImport, LeadImportResult } from '#bridge/contract/leads.ts';
import type { Exported, OperationInput, OperationOutput } from '#bridge/contract/operations.ts';
import type { CampaignState, World } from '#bridge/contract/words.ts';
import type { Dialer } from '../calls/dial/dialer.ts';
import type { Store } from '../store/store.ts';
import type { Campaigns } from './campaigns.ts';
import { momentOf, planOf } from './dial-plan.ts';
import { Dispatcher } from './dispatcher.ts';
import { copyName, removeDraft } from './drafts.ts';
import { exportCampaign } from './export-campaign.ts';
import { completionReason, healthOf } from './health.ts';
import { importLeads, importSuppressions } from './import/import-into-store.ts';
import { leadView } from './lead-view.ts';
import { preview } from './preview.ts';
import { checkStart } from './start-check.ts';

export interface CampaignsParts {
  readonly store: Store;
  readonly dialer: Dialer;
  readonly publish: Publish;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** What may change while calls go out; everything else needs a pause, so that no lead is treated by half of a setting. */
const changeableAnyTime: ReadonlySet<string> = new Set(['id', 'name', 'lines', 'callsPerSecond', 'budgetMicros']);

export function createCampaigns(parts: CampaignsParts): Campaigns {
  return new CampaignService(parts);
}

class CampaignService implements Campaigns {
  readonly #parts: CampaignsParts;
  readonly #dispatcher: Dispatcher;
  readonly #ending = new AbortController();
  readonly #imports = new Set<Promise<unknown>>();

  constructor(parts: CampaignsParts) {
    this.#parts = parts;
    const { store, dialer, clock, log, random } = parts;
    this.#dispatcher = new Dispatcher({
      store,
      dialer,
      clock,
      log,
      random,
      pause: (id, reason) => {
        log.warn({ campaign: id, reason }, 'a campaign paused itself');
        this.#move(id, 'paused', reason);
        this.#dispatcher.end(id);
        parts.publish({ type: 'alert', level: 'warn', message: `The campaign "${this.get(id).name}" has paused: ${reason}` });
      },
      dayIsSpent: (id, message) => {
        parts.publish({ type: 'alert', level: 'warn', message: `The campaign "${this.get(id).name}" waits until tomorrow: ${message}` });
      },
      complete: (id) => {
        this.#move(id, 'completed', completionReason(store.campaigns.totals(id)));
        this.#dispatcher.end(id);
      },
      healthChanged: (id) => this.#publishHealth(id),
    });
  }

  create(draft: CampaignDraft): Campaign {
    const campaign = this.#parts.store.campaigns.create(draft);
    this.#parts.publish({ type: 'campaign.changed', campaign });
    return campaign;
  }

  update(change: CampaignChange): Campaign {
    const { state } = this.get(change.id);
    if (state !== 'draft' && state !== 'paused') {
      const fixed = Object.entries(change).filter(([field, value]) => value !== undefined && !changeableAnyTime.has(field));
      if (fixed.length > 0) {
        const fields = fixed.map(([field]) => field);
        const cure = state === 'running' ? 'Pause it first.' : 'Make a new campaign.';
        throw new BridgeError('state/conflict', `${fields.join(', ')} cannot be changed while the campaign is ${state}. ${cure}`, {
          details: fields.map((field) => ({ field, message: `fixed while the campaign is ${state}` })),
        });
      }
    }
    const campaign = this.#parts.store.campaigns.update(change);
    this.#parts.publish({ type: 'campaign.changed', campaign });
    this.#dispatcher.wake(change.id);
    return campaign;
  }

  get(id: CampaignId): Campaign {
    const campaign = this.#parts.store.campaigns.get(id);
    if (!campaign) throw new BridgeError('not-found', `There is no campaign ${id}.`);
    return campaign;
  }

  list(world?: World): readonly Campaign[] {
    return this.#parts.store.campaigns.list(world);
  }

  preview(id: CampaignId): Promise<CampaignPreview> {
    const { store, dialer, clock } = this.#parts;
    const campaign = this.get(id);
    return preview(planOf(campaign, this.#agent(campaign), dialer), store, dialer, clock.nowMs());
  }

  start(id: CampaignId): Campaign {
    const campaign = this.get(id);
    if (campaign.state !== 'draft' && campaign.state !== 'completed') throw conflict(campaign, 'started', startCures[campaign.state]);
    return this.#begin(campaign, { rearm: campaign.state === 'completed' });
  }

  resume(id: CampaignId): Campaign {
    const campaign = this.get(id);
    if (campaign.state !== 'paused' && campaign.state !== 'completed') throw conflict(campaign, 'resumed', resumeCures[campaign.state]);
    return this.#begin(campaign, { rearm: true });
  }

  pause(id: CampaignId, reason: string | null): Campaign {
    const campaign = this.get(id);
    if (campaign.state !== 'running') throw conflict(campaign, 'paused', 'Only a running campaign can be paused.');
    const paused = this.#move(id, 'paused', reason);
    this.#dispatcher.end(id);
    return paused;
  }

  async stop(id: CampaignId): Promise<Campaign> {
    const campaign = this.get(id);
    if (campaign.state !== 'running' && campaign.state !== 'paused')
      throw conflict(campaign, 'stopped', 'Only a running or paused campaign can be stopped.');
    const stopped = this.#move(id, 'stopped', null);
    this.#dispatcher.end(id);
    const { store, dialer, log } = this.#parts;
    const ringing = store.attempts.open().filter((attempt) => attempt.campaignId === id && stillRings.has(attempt.phase));
    const cancelled = await Promise.allSettled(ringing.map((attempt) => dialer.cancel(attempt.id)));
    for (const result of cancelled) {
      if (result.status === 'rejected')
        log.warn({ err: result.reason, campaign: id }, 'a call of a stopped campaign could not be cancelled');
    }
    return stopped;
  }

  complete(id: CampaignId, reason: string): Campaign {
    const campaign = this.get(id);
    if (campaign.state !== 'running') throw conflict(campaign, 'completed', 'Only a running campaign can be completed.');
    const completed = this.#move(id, 'completed', reason);
    this.#dispatcher.end(id);
    return completed;
  }

  duplicate(id: CampaignId, name: string | null): Campaign {
    const { id: _id, state, stateReason, createdAt, updatedAt, startedAt, endedAt, ...settings } = this.get(id);
    const taken = new Set(this.list().map((campaign) => campaign.name));
    return this.create({ ...settings, name: name ?? copyName(settings.name, taken) });
  }

  remove(id: CampaignId): Promise<void> {
    return this.#during(removeDraft(id, this.#parts.store, this.#parts.publish));
  }

  check(id: CampaignId): Promise<readonly StartBlocker[]> {
    const { store, dialer, clock } = this.#parts;
    const campaign = this.get(id);
    return checkStart({ campaign, agent: store.agents.get(campaign.agentId), store, dialer, nowMs: clock.nowMs() });
  }

  health(id: CampaignId): CampaignHealth {
    return healthOf(this.get(id), this.#dispatcher.of(id), this.#parts.store, this.#parts.clock.nowMs());
  }

  export(id: CampaignId, format: 'csv' | 'json'): Promise<Exported> {
    return exportCampaign(this.get(id), this.#parts.store, format);
  }

  async importLeads(input: LeadImport): Promise<LeadImportResult> {
    const campaign = this.get(input.campaignId);
    if (campaign.state === 'stopped') throw conflict(campaign, 'given more leads', 'Make a new campaign.');
    const { store, publish, log } = this.#parts;
    const result = await this.#during(importLeads(input, store, publish, this.#ending.signal));
    log.info(
      { campaign: campaign.id, imported: result.imported, rejected: result.rejectedCount, dryRun: input.dryRun },
      'a list was imported',
    );
    if (!input.dryRun) {
      this.#dispatcher.wake(campaign.id);
      this.#publishHealth(campaign.id);
    }
    return result;
  }

  async leads(query: OperationInput<'leads.list'>): Promise<readonly Lead[]> {
    const { store, dialer, clock } = this.#parts;
    const campaign = this.get(query.campaignId);
    const agent = store.agents.get(campaign.agentId);
    const plan = agent && planOf(campaign, agent, dialer);
    const moment = momentOf(campaign, dialer, clock.nowMs());
    const { campaignId, limit, search } = query;
    const asked = {
      campaignId,
      limit,
      ...(query.state === undefined ? {} : { state: query.state }),
      // A cursor is the id of the last item that the caller has
      ...(query.cursor === undefined ? {} : { after: query.cursor as LeadId }),
    };
    const records = search ? await store.search.leads({ ...asked, search }) : store.leads.list(asked);
    return records.map((lead) => leadView(lead, plan, moment, store));
  }

  importSuppressions(input: OperationInput<'suppressions.import'>): Promise<OperationOutput<'suppressions.import'>> {
    return this.#during(importSuppressions(input, this.#parts.store, this.#ending.signal));
  }

  run(): void {
    this.#dispatcher.run();
  }

  wake(): void {
    this.#dispatcher.wakeAll();
  }

  hold(): void {
    this.#dispatcher.hold();
  }

  async close(): Promise<void> {
    this.#dispatcher.close();
    this.#ending.abort();
    await Promise.allSettled(this.#imports);
  }

  #begin(campaign: Campaign, options: { readonly rearm: boolean }): Campaign {
    const { store, dialer } = this.#parts;
    const { leads } = store.campaigns.totals(campaign.id);
    if (Object.values(leads).every((count) => count === 0)) {
      throw new BridgeError('state/conflict', 'The campaign has no leads. Import a list first.');
    }
    if (campaign.state === 'completed' && (leads.ready ?? 0) + (leads.waiting ?? 0) === 0) {
      throw new BridgeError('state/conflict', 'Every lead of the campaign has been dealt with. Import more leads first.');
    }
    if (campaign.fromNumbers.length === 0)
      throw new BridgeError('state/conflict', 'The campaign has no number to call from. Add one first.');
    this.#agent(campaign);
    const missing = dialer.notConfigured(campaign.world, campaign.carrier);
    if (missing !== null) throw new BridgeError('settings/missing', missing);
    const running = this.#move(campaign.id, 'running', null);
    this.#dispatcher.start(campaign.id, options);
    return running;
  }

  #agent(campaign: Campaign): Agent {
    const agent = this.#parts.store.agents.get(campaign.agentId);
    if (!agent) throw new BridgeError('not-found', `There is no agent ${campaign.agentId}.`);
    return agent;
  }

  #move(id: CampaignId, state: CampaignState, reason: string | null): Campaign {
    const campaign = this.#parts.store.campaigns.setState(id, state, reason);
    this.#parts.publish({ type: 'campaign.changed', campaign });
    this.#publishHealth(id);
    return campaign;
  }

  #publishHealth(id: CampaignId): void {
    try {
      this.#parts.publish({ type: 'campaign.health', health: this.health(id) });
    } catch (error) {
      this.#parts.log.warn({ err: error, campaign: id }, 'the health of a campaign could not be read');
    }
  }

  /** Whoever closes the bridge waits for what is under way to end. */
  async #during<Result>(work: Promise<Result>): Promise<Result> {
    this.#imports.add(work);
    try {
      return await work;
    } finally {
      this.#imports.delete(work);
    }
  }
}

const stillRings: ReadonlySet<string> = new Set(['intent', 'submitting', 'accepted', 'ringing']);

const startCures: Readonly<Record<Exclude<CampaignState, 'draft' | 'completed'>, string>> = {
  running: 'It is running already.',
  paused: 'Resume it instead.',
  stopped: 'A stopped campaign stays stopped. Make a new one.',
};
const resumeCures: Readonly<Record<Exclude<CampaignState, 'paused' | 'completed'>, string>> = {
  running: 'It is running already.',
  draft: 'Start it instead.',
  stopped: 'A stopped campaign stays stopped. Make a new one.',
};

function conflict(campaign: Campaign, what: string, cure: string): BridgeError {
  return new BridgeError('state/conflict', `A campaign that is ${campaign.state} cannot be ${what}. ${cure}`);
}
