import type { CallingWindow } from '#bridge/contract/campaigns.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Colleague, ColleagueDraft } from '#bridge/contract/colleagues.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { ColleagueId } from '#bridge/contract/ids.ts';
import { windowState } from '../../domain/hours.ts';
import type { ColleagueTable, StoredColleague } from '../../store/store.ts';

export interface ColleaguesParts {
  readonly table: ColleagueTable;
  readonly clock: Clock;
  readonly publish: Publish;
  /** On whose clock their hours are; this computer's when absent. */
  readonly zone?: string;
}

/** People on phones who take calls over: when they can, and that nobody's phone rings for two leads at once. */
export class Colleagues {
  readonly #parts: ColleaguesParts;
  readonly #zone: string;
  /** Numbers whose phone rings, or that are on a transferred call. */
  readonly #busy = new Set<string>();

  constructor(parts: ColleaguesParts) {
    this.#parts = parts;
    this.#zone = parts.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  list(): Colleague[] {
    return this.#parts.table.list().map((stored) => this.#view(stored));
  }

  get(id: ColleagueId): Colleague | null {
    const stored = this.#parts.table.get(id);
    return stored ? this.#view(stored) : null;
  }

  save(draft: ColleagueDraft): Colleague {
    const stored = this.#parts.table.save(draft);
    this.#tell();
    return this.#view(stored);
  }

  /** @throws `not-found` */
  remove(id: ColleagueId): void {
    if (!this.#parts.table.remove(id)) throw new BridgeError('not-found', `There is no colleague ${id}.`);
    this.#tell();
  }

  isBusy(number: string): boolean {
    return this.#busy.has(number);
  }

  /** Their phone is about to ring. @returns false when it does already */
  reserve(number: string): boolean {
    if (this.#busy.has(number)) return false;
    this.#busy.add(number);
    this.#tell();
    return true;
  }

  release(number: string): void {
    if (this.#busy.delete(number)) this.#tell();
  }

  #tell(): void {
    this.#parts.publish({ type: 'colleagues.changed', colleagues: this.list() });
  }

  #view(stored: StoredColleague): Colleague {
    const opens = stored.onDuty && stored.canTakeTransfers ? this.#opens(stored.hours) : null;
    const availableNow = opens === 'now' && !this.#busy.has(stored.number);
    return {
      ...stored,
      availableNow,
      ...(typeof opens === 'number' ? { nextAvailableAt: new Date(opens).toISOString() } : {}),
    };
  }

  /** Their hours: `now`, or when they begin (epoch milliseconds); null when they never do. */
  #opens(hours: CallingWindow | null): 'now' | number | null {
    if (hours === null) return 'now';
    const state = windowState({ window: hours, zones: [this.#zone], nowMs: this.#parts.clock.nowMs(), marginMs: 0 });
    return state.open ? 'now' : state.opensAtMs;
  }
}
