import type { Clock } from '#bridge/contract/clock.ts';
import type { CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import { leadAfterAttempt } from '#bridge/domain/retry.ts';
import type { Store } from '../store/store.ts';

/**
 * Faults of the carrier and ours do not count as attempts of a lead, so that they must not go on for ever: each further one in a row waits
 * longer, and after a few the lead is parked. Counted for as long as the campaign runs in this process.
 */
export class FaultsInARow {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #counts = new Map<LeadId, number>();

  constructor(store: Store, clock: Clock, random: () => number) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  /** An attempt of this lead has ended, and its end has moved the lead on as after a first fault. */
  count(campaignId: CampaignId, id: LeadId, outcome: Outcome): void {
    if (outcome !== 'carrier-error' && outcome !== 'congestion' && outcome !== 'our-error') {
      this.#counts.delete(id);
      return;
    }
    const before = this.#counts.get(id) ?? 0;
    this.#counts.set(id, before + 1);
    if (before === 0) return;
    const lead = this.#store.leads.get(id);
    const campaign = this.#store.campaigns.get(campaignId);
    if (lead?.state !== 'waiting' || lead.stateReason !== outcome || !campaign) return;
    const verdict = leadAfterAttempt({
      outcome,
      disposition: lead.disposition ?? 'failed',
      answerType: null,
      talkMs: 0,
      attempts: lead.attempts,
      faults: before,
      policy: campaign.retry,
      nowMs: this.#clock.nowMs(),
      random: this.#random,
    });
    this.#store.leads.setState(id, verdict.state, verdict.stateReason, verdict.nextAttemptAtMs);
  }
}
