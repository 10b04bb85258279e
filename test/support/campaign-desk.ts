import { createCampaigns } from '#bridge/campaigns/campaign-service.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import type { Campaign, CampaignDraft } from '#bridge/contract/campaigns.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import type { NewLead, Store } from '#bridge/store/store.ts';
import { FakeDialer } from './fake-dialer.ts';
import { ManualClock } from './manual-clock.ts';
import { addAgent, addCampaign, newLead, openTestStore, silentLog } from './store.ts';

/** Tuesday noon in New York. */
export const tuesdayNoon = '2026-11-24T17:00:00.000Z';

/** Campaigns over a store in memory and a dialer that rings nobody; time stands still until a test moves it. */
export interface CampaignDesk extends AsyncDisposable {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly dialer: FakeDialer;
  readonly campaigns: Campaigns;
  readonly events: FeedBody[];
  /** A campaign with these leads; real, so that every guard is on. */
  campaign(fields?: Partial<CampaignDraft>, leads?: readonly string[] | readonly NewLead[], agent?: Partial<AgentDraft>): Campaign;
  /** Let time pass in steps, and everything that waits for a promise go on in between. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** The same store and time with a new process: nothing in memory is left. */
  restart(): Promise<void>;
}

/** A real number that belongs to nobody: +1 212 555 01xx. */
export function newYorker(index: number): string {
  return `+1212555${String(100 + index).padStart(4, '0')}`;
}

export async function openCampaignDesk(startAt = tuesdayNoon): Promise<CampaignDesk> {
  const clock = new ManualClock(startAt);
  const store = await openTestStore({ clock });
  const events: FeedBody[] = [];
  const publish = (event: FeedBody) => void events.push(event);
  const make = () => {
    const dialer = new FakeDialer(store, clock);
    const campaigns = createCampaigns({ store, dialer, publish, clock, log: silentLog, random: () => 0.5 });
    campaigns.run();
    return { dialer, campaigns };
  };
  let now = make();
  const settle = async () => {
    for (let turn = 0; turn < 6; turn += 1) await new Promise((resume) => setImmediate(resume));
  };
  return {
    store,
    clock,
    events,
    get dialer() {
      return now.dialer;
    },
    get campaigns() {
      return now.campaigns;
    },
    campaign(fields = {}, leads = [], agent = {}) {
      const agentId = addAgent(store, { greeting: 'Hello!', ...agent }).id;
      const campaign = addCampaign(store, { world: 'real', fromNumbers: ['+12125550199'], callsPerSecond: 10, ...fields, agentId });
      store.leads.addMany(
        campaign.id,
        leads.map((lead) => (typeof lead === 'string' ? newLead(lead) : lead)),
      );
      return campaign;
    },
    async pass(ms, stepMs = 100) {
      await settle();
      for (let left = ms; left > 0; left -= stepMs) {
        clock.advance(Math.min(stepMs, left));
        await settle();
      }
      clock.advance(0);
      await settle();
    },
    async restart() {
      await now.campaigns.close();
      now = make();
    },
    async [Symbol.asyncDispose]() {
      await now.campaigns.close();
      await store.close();
    },
  };
}
