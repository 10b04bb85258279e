import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CampaignId } from '#bridge/contract/ids.ts';
import type { Dialer } from '../calls/dial/dialer.ts';
import type { Store } from '../store/store.ts';
import { CampaignRun } from './campaign-run.ts';
import { Pace } from './pace.ts';

/** At most one health event for each campaign in this time. */
const HEALTH_MS = 250;

export interface DispatcherParts {
  readonly store: Store;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** A run wants its campaign paused, or has nothing left to do. */
  readonly pause: (id: CampaignId, reason: string) => void;
  readonly dayIsSpent: (id: CampaignId, message: string) => void;
  readonly complete: (id: CampaignId) => void;
  readonly healthChanged: (id: CampaignId) => void;
}

/** Who is dialled next and how fast, over all running campaigns. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #runs = new Map<CampaignId, CampaignRun>();
  readonly #paces = new Map<string, Pace>();
  readonly #healthTimers = new Map<CampaignId, () => void>();
  readonly #stopListening: () => void;
  #running = false;
  #closed = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#stopListening = parts.dialer.onAttemptEnded((ended) => {
      if (ended.campaignId === null) return;
      const run = this.#runs.get(ended.campaignId);
      if (run) run.ended(ended);
      else this.#healthSoon(ended.campaignId);
      // A number that one campaign let go may be due in another.
      for (const other of this.#runs.values()) if (other !== run) other.wake();
    });
  }

  /** Running campaigns dial again, once reconciliation is over. */
  run(): void {
    if (this.#running || this.#closed) return;
    this.#running = true;
    for (const campaign of this.#parts.store.campaigns.list()) if (campaign.state === 'running') this.start(campaign.id, { rearm: false });
  }

  /** Nobody is dialled until {@link run}; the campaigns keep their states. */
  hold(): void {
    this.#running = false;
    for (const id of [...this.#runs.keys()]) this.end(id);
  }

  /** @param options `rearm`: leads that the gate had put off are looked at again */
  start(id: CampaignId, options: { readonly rearm: boolean }): void {
    if (!this.#running || this.#closed) return;
    this.end(id);
    const { store, dialer, clock, log, random, pause, dayIsSpent, complete } = this.#parts;
    const campaign = store.campaigns.get(id);
    if (!campaign) return;
    const lane = `${campaign.world} ${campaign.carrier}`;
    const pace = this.#paces.get(lane) ?? new Pace(clock);
    this.#paces.set(lane, pace);
    const run = new CampaignRun(
      id,
      {
        store,
        dialer,
        clock,
        log,
        random,
        pace,
        changed: () => this.#healthSoon(id),
        pause: (reason) => pause(id, reason),
        dayIsSpent: (message) => dayIsSpent(id, message),
        complete: () => complete(id),
      },
      options,
    );
    this.#runs.set(id, run);
  }

  /** No further dials. */
  end(id: CampaignId): void {
    this.#runs.get(id)?.close();
    this.#runs.delete(id);
  }

  /** Something may have changed for this campaign: leads were imported, a budget was raised. */
  wake(id: CampaignId): void {
    this.#runs.get(id)?.wake();
  }

  wakeAll(): void {
    for (const run of this.#runs.values()) run.wake();
  }

  of(id: CampaignId): CampaignRun | null {
    return this.#runs.get(id) ?? null;
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    for (const id of [...this.#runs.keys()]) this.end(id);
    for (const cancel of this.#healthTimers.values()) cancel();
    this.#healthTimers.clear();
  }

  #healthSoon(id: CampaignId): void {
    if (this.#closed || this.#healthTimers.has(id)) return;
    const cancel = this.#parts.clock.after(HEALTH_MS, () => {
      this.#healthTimers.delete(id);
      this.#parts.healthChanged(id);
    });
    this.#healthTimers.set(id, cancel);
  }
}
