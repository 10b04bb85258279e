import { BridgeError } from '#bridge/contract/errors.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { Store } from '../../store/store.ts';

/** What was erased; `held` calls are under a legal hold and stay as they are. */
export interface ErasedNumber {
  readonly calls: number;
  readonly recordings: number;
  readonly leads: number;
  readonly held: number;
}

/**
 * Take everything out that tells of whoever has this number: name, number, words, sound, in every campaign and both worlds. What is left
 * of a call is when it was, how it ended and what it cost. On the list of numbers never to be called it stays: without it, the next
 * import would have it called again.
 *
 * @param dryRun only say what it would be
 * @throws {BridgeError} `state/conflict` while a call to it goes on
 */
export async function eraseNumber(store: Pick<Store, 'erasure' | 'recordings'>, number: Phone, dryRun = false): Promise<ErasedNumber> {
  const { erasure, recordings } = store;
  const rows = erasure.ofNumber(number);
  if (rows.some(({ isOpen }) => isOpen))
    throw new BridgeError('state/conflict', 'This number is being called at this moment. End the call first.');
  const free = rows.filter(({ isHeld }) => !isHeld);
  const held = rows.length - free.length;
  if (dryRun) {
    const recorded = free.filter(({ recordingFile }) => recordingFile !== null).length;
    return { calls: free.length, recordings: recorded, leads: erasure.countLeads(number), held };
  }
  let files = 0;
  for (const { id, recordingFile } of free) {
    if (recordingFile !== null) {
      await recordings.remove(recordingFile);
      erasure.audio(id);
      files += 1;
    }
    erasure.person(id);
  }
  const leads = erasure.leads(number);
  erasure.settle();
  return { calls: free.length, recordings: files, leads, held };
}
