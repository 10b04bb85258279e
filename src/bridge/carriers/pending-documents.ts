import type { Clock } from '#bridge/contract/clock.ts';
import type { CallDocument, CallLinks } from './carrier.ts';

/** A carrier fetches the document of a redirect at once, and once or twice more when the first try failed; then it gives up. */
const keptMs = 60_000;

/**
 * Documents that a leg was sent to fetch. Both carriers redirect a live leg to an address; the document waits here, by the attempt's
 * ticket, until it was fetched and the carrier's retries are over.
 */
export class PendingDocuments {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { readonly document: CallDocument; readonly links: CallLinks; readonly cancel: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(document: CallDocument, links: CallLinks): void {
    const { ticket } = links;
    this.#waiting.get(ticket)?.cancel();
    const cancel = this.#clock.after(keptMs, () => this.#waiting.delete(ticket));
    this.#waiting.set(ticket, { document, links, cancel });
  }

  get(ticket: string): { readonly document: CallDocument; readonly links: CallLinks } | null {
    return this.#waiting.get(ticket) ?? null;
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
