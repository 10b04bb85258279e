import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CampaignId } from '#bridge/contract/ids.ts';
import type { Store } from '../store/store.ts';

/** Leads that are deleted before others get their turn on the processor. */
const removedAtOnce = 100;
/** Leaves room for what is added to a name. */
const nameMaxChars = 105;

/** "Roofs" becomes "Roofs (copy)", that one "Roofs (copy 2)". */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/ \(copy(?: \d+)?\)$/, '').slice(0, nameMaxChars);
  for (let number = 1; ; number += 1) {
    const copy = number === 1 ? `${base} (copy)` : `${base} (copy ${number})`;
    if (!taken.has(copy)) return copy;
  }
}

/**
 * Remove a draft that has never dialled anybody, its leads a few at a time: deleting a hundred thousand at once would make every call wait.
 * @throws {BridgeError} `not-found`, `state/conflict`
 */
export async function removeDraft(id: CampaignId, store: Store, publish: Publish): Promise<void> {
  for (let removed = removedAtOnce; removed === removedAtOnce; ) {
    // It may have been started meanwhile.
    assertRemovable(id, store);
    removed = store.leads.removeSome(id, removedAtOnce);
    await new Promise((resume) => setImmediate(resume));
  }
  store.campaigns.remove(id);
  publish({ type: 'campaign.removed', campaignId: id });
}

function assertRemovable(id: CampaignId, store: Store): void {
  const campaign = store.campaigns.get(id);
  if (!campaign) throw new BridgeError('not-found', `There is no campaign ${id}.`);
  if (campaign.state !== 'draft' || store.campaigns.hasAttempts(id)) {
    throw new BridgeError('state/conflict', 'Only a draft that has never dialled anybody can be removed.');
  }
}
