import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'csv-parse/sync';
import type { Logger } from 'pino';
import type { Campaigns } from './campaigns/campaigns.ts';
import type { ConsoleRehearsal } from './console/overview-handlers.ts';
import { type Agent, type AgentDraft, agentDraft } from './contract/agents.ts';
import { type Campaign, type CampaignHealth, campaignDraft } from './contract/campaigns.ts';
import type { Clock } from './contract/clock.ts';
import { BridgeError } from './contract/errors.ts';
import type { SuppressionId } from './contract/ids.ts';
import type { OperationOutput } from './contract/operations.ts';
import { cast } from './rehearsal/people/cast.ts';
import { callerNumbers, colleagueNumber, roleAt, sampleNumbers } from './rehearsal/people/directory.ts';
import { type SampleCampaign, sampleAgent, sampleCampaigns, sampleRules } from './sample.ts';
import type { Store } from './store/store.ts';

/** How often a running sample is looked at. */
const lookEveryMs = 1_000;
/** Whoever is due later than this is not waited for: somebody asks to be called tomorrow. */
const soonMs = 60_000;
const pageLimit = 200;

export interface SampleDeskParts {
  readonly store: Store;
  readonly campaigns: Campaigns;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The bundled sample as a person starts it: the same agent, lists and rules as `npm run rehearse`, and an end when everybody was called. */
export class SampleDesk implements ConsoleRehearsal {
  readonly #parts: SampleDeskParts;
  #isStarting = false;
  #isClosed = false;
  #cancelLook: (() => void) | null = null;
  #people: OperationOutput<'rehearsal.people'> | null = null;

  constructor(parts: SampleDeskParts) {
    this.#parts = parts;
  }

  /** A sample that another run of this program has left running is brought to its end too. */
  open(): void {
    if (this.#running().length > 0) this.#lookLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook?.();
    this.#cancelLook = null;
  }

  async startSample(): Promise<readonly Campaign[]> {
    if (this.#isStarting) throw new BridgeError('state/conflict', 'The sample is being started already.');
    this.#completeFinished();
    this.#assertNoneGoes();
    this.#isStarting = true;
    try {
      this.#liftOptOuts();
      const agent = this.#agent();
      const made: Campaign[] = [];
      try {
        for (const sample of sampleCampaigns) made.push(await this.#make(sample, agent));
        return made.map(({ id }) => this.#parts.campaigns.start(id));
      } catch (error) {
        await this.#clear(made);
        throw error;
      } finally {
        this.#lookLater();
      }
    } finally {
      this.#isStarting = false;
    }
  }

  people(): OperationOutput<'rehearsal.people'> {
    this.#people ??= sampleCampaigns.flatMap(({ leads }) => peopleIn(readFileSync(listPath(leads), 'utf8')));
    return this.#people;
  }

  #running(): readonly Campaign[] {
    return this.#samples().filter(({ state }) => state === 'running');
  }

  #samples(): readonly Campaign[] {
    const names = new Set(sampleCampaigns.map(({ name }) => name));
    return this.#parts.campaigns.list('rehearsal').filter(({ name }) => names.has(name));
  }

  #assertNoneGoes(): void {
    const going = this.#samples().find(({ state }) => state === 'running' || state === 'paused');
    if (!going) return;
    throw new BridgeError(
      'state/conflict',
      going.state === 'running'
        ? 'The sample is running already. Watch it on the board.'
        : `"${going.name}" is paused. Resume it, or stop it first.`,
    );
  }

  /** Who opted out in an earlier rehearsal is to do it again. Only the sample's own people, only in this world. */
  #liftOptOuts(): void {
    const { suppressions } = this.#parts.store;
    const lifted: SuppressionId[] = [];
    for (let page = suppressions.list({ world: 'rehearsal', limit: pageLimit }); ; ) {
      for (const { id, number } of page) if (number in sampleNumbers) lifted.push(id);
      const last = page.at(-1);
      if (!last || page.length < pageLimit) break;
      page = suppressions.list({ world: 'rehearsal', limit: pageLimit, after: last.id });
    }
    // Only now: the next page is found by the last of the one before.
    for (const id of lifted) suppressions.remove(id, 'the sample is rehearsed again');
  }

  /** The sample's agent as it was made by an earlier run, unless somebody has changed it: that one is theirs. */
  #agent(): Agent {
    const { agents } = this.#parts.store;
    const recipe = agentDraft.parse({
      ...sampleAgent,
      tools: { endCall: true, callback: true, optOut: true, transferTo: [{ name: 'Dana', number: colleagueNumber }] },
    });
    return agents.list().find((agent) => isDeepStrictEqual(recipeOf(agent), recipe)) ?? agents.create(recipe);
  }

  async #make({ carrier, name, leads }: SampleCampaign, agent: Agent): Promise<Campaign> {
    const { campaigns } = this.#parts;
    const fromNumbers = callerNumbers.slice(0, 2);
    const campaign = campaigns.create(campaignDraft.parse({ ...sampleRules, name, agentId: agent.id, carrier, fromNumbers }));
    const csv = await readFile(listPath(leads), 'utf8');
    await campaigns.importLeads({ campaignId: campaign.id, csv, defaultRegion: 'US', dryRun: false });
    return campaign;
  }

  /** Half a sample is of no use. */
  async #clear(made: readonly Campaign[]): Promise<void> {
    const { campaigns, log } = this.#parts;
    for (const { id } of made) {
      try {
        if (campaigns.get(id).state === 'draft') await campaigns.remove(id);
        else await campaigns.stop(id);
      } catch (error) {
        log.warn({ err: error, campaign: id }, 'a sample campaign that could not be started stays behind');
      }
    }
  }

  #lookLater(): void {
    this.#cancelLook?.();
    if (this.#isClosed) return;
    this.#cancelLook = this.#parts.clock.after(lookEveryMs, () => {
      this.#cancelLook = null;
      this.#completeFinished();
      if (this.#running().length > 0) this.#lookLater();
    });
  }

  /** Nobody waits until tomorrow for the end of a rehearsal. */
  #completeFinished(): void {
    const { campaigns, clock } = this.#parts;
    for (const { id } of this.#running()) {
      const health = campaigns.health(id);
      if (isFinished(health, clock.nowMs())) campaigns.complete(id, endOf(health));
    }
  }
}

function isFinished({ leads, lines, nextEligibleAt }: CampaignHealth, nowMs: number): boolean {
  const busy = (leads.ready ?? 0) + (leads.dialling ?? 0) + lines.inUse;
  // Whom nobody waits for any more: the campaign ends by itself.
  return busy === 0 && nextEligibleAt !== null && Date.parse(nextEligibleAt) > nowMs + soonMs;
}

function endOf({ leads }: CampaignHealth): string {
  const waiting = leads.waiting ?? 0;
  return `Everybody has been called; ${waiting === 1 ? '1 person' : `${waiting} people`} asked for another time.`;
}

function recipeOf({ id: _id, version: _version, createdAt: _created, updatedAt: _updated, ...recipe }: Agent): AgentDraft {
  return recipe;
}

function peopleIn(csv: string): OperationOutput<'rehearsal.people'> {
  const rows: readonly Readonly<Record<string, string>>[] = parse(csv, { columns: true });
  return rows.map(({ phone = '', first_name: first = '', last_name: last = '' }) => {
    const { story } = cast[roleAt(phone)];
    return { name: `${first} ${last}`, number: phone, description: `${story.charAt(0).toUpperCase()}${story.slice(1)}.` };
  });
}

function listPath(file: string): string {
  return fileURLToPath(new URL(`../../resources/rehearsal/${file}`, import.meta.url));
}
