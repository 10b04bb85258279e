import type { CallSummary } from '#bridge/contract/calls.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';

export interface LiveWatchEvents {
  readonly callChanged: (call: CallSummary) => void;
  /** Told when the number of live calls, or what runs, has changed. */
  readonly changed: (state: { readonly calls: number; readonly running: readonly string[] }) => void;
}

/** What the desktop itself wants to know of the feed: how many calls live, which campaigns run, who needs a person. */
export class LiveWatch {
  readonly #events: LiveWatchEvents;
  readonly #live = new Set<string>();
  readonly #running = new Map<string, string>();

  constructor(events: LiveWatchEvents) {
    this.#events = events;
  }

  /** Calls that live now. */
  get calls(): number {
    return this.#live.size;
  }

  take(event: FeedBody): void {
    if (event.type === 'call.changed') {
      const before = this.#live.size;
      if (event.call.state === 'ended') this.#live.delete(event.call.id);
      else this.#live.add(event.call.id);
      this.#events.callChanged(event.call);
      if (this.#live.size !== before) this.#tell();
    }
    if (event.type === 'campaign.changed') {
      const { id, name, state } = event.campaign;
      const before = this.#running.get(id);
      if (state === 'running') this.#running.set(id, name);
      else this.#running.delete(id);
      if (this.#running.get(id) !== before) this.#tell();
    }
  }

  #tell(): void {
    this.#events.changed({ calls: this.#live.size, running: [...this.#running.values()] });
  }
}
