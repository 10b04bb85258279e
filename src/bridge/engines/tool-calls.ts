/**
 * Which of the model's wishes are still open. Every call gets exactly one output (without it the model goes mute), and the model is asked
 * to go on once: after the response is over and all calls it made at the same time have their outputs.
 */

interface Batch {
  readonly open: Set<string>;
  responseOver: boolean;
  thenAnswer: boolean;
}

/** Calls of a session are few; their ids are remembered so that an event that comes twice acts once. */
const remembered = 200;

export class ToolCalls {
  readonly #seen = new Set<string>();
  readonly #batchOf = new Map<string, Batch>();
  readonly #batches = new Map<string, Batch>();

  /** @returns false when this call was seen before */
  called(callId: string, responseId: string): boolean {
    if (this.#seen.has(callId)) return false;
    this.#seen.add(callId);
    const [oldest] = this.#seen;
    if (this.#seen.size > remembered && oldest !== undefined) this.#seen.delete(oldest);
    const batch = this.#batches.get(responseId) ?? { open: new Set<string>(), responseOver: false, thenAnswer: false };
    batch.open.add(callId);
    this.#batches.set(responseId, batch);
    this.#batchOf.set(callId, batch);
    return true;
  }

  /** @returns null when the call is unknown or has its output already; else whether it is now time to ask for an answer */
  answered(callId: string, thenAnswer: boolean): { readonly goOn: boolean } | null {
    const batch = this.#batchOf.get(callId);
    if (!batch) return null;
    this.#batchOf.delete(callId);
    batch.open.delete(callId);
    batch.thenAnswer ||= thenAnswer;
    return { goOn: batch.open.size === 0 && batch.responseOver && batch.thenAnswer };
  }

  /** @returns whether it is now time to ask for an answer */
  responseOver(responseId: string): boolean {
    const batch = this.#batches.get(responseId);
    if (!batch) return false;
    this.#batches.delete(responseId);
    batch.responseOver = true;
    return batch.open.size === 0 && batch.thenAnswer;
  }

  get openCount(): number {
    return this.#batchOf.size;
  }
}
