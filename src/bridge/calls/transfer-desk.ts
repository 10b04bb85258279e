import type { Clock } from '#bridge/contract/clock.ts';
import type { Colleague, ColleagueDraft } from '#bridge/contract/colleagues.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallId, ColleagueId } from '#bridge/contract/ids.ts';
import type { Store } from '../store/store.ts';
import { Colleagues } from './colleagues.ts';
import type { Transfers } from './transfers.ts';

export interface TransferDeskParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly publish: Publish;
}

/** Every transfer that goes on, and whose phones they ring. */
export class TransferDesk implements Transfers {
  readonly #colleagues: Colleagues;

  constructor({ store, clock, publish }: TransferDeskParts) {
    this.#colleagues = new Colleagues({ table: store.colleagues, clock, publish });
  }

  colleagues(): Colleague[] {
    return this.#colleagues.list();
  }

  saveColleague(draft: ColleagueDraft): Colleague {
    return this.#colleagues.save(draft);
  }

  removeColleague(id: ColleagueId): void {
    this.#colleagues.remove(id);
  }

  begin(call: CallId): void {
    throw notYet(call);
  }

  cancel(call: CallId): void {
    throw notYet(call);
  }

  answerRequest(call: CallId): void {
    throw notYet(call);
  }
}

function notYet(call: CallId): BridgeError {
  return new BridgeError('unavailable', `${call} cannot be handed to anybody yet.`);
}
