import type { Clock } from '#bridge/contract/clock.ts';
import type { FlowTimer } from '../../domain/call-flow.ts';
import type { Step } from '../../domain/ladder-plan.ts';
import { Timers } from '../timers.ts';

/** So many times longer may the first words take when there are several who can say them. */
const laddersShare = 2;

export interface FlowTimersParts {
  readonly clock: Clock;
  /** Who may speak, in their order. */
  readonly order: readonly Step[];
  /** Somebody speaks, or will: no silence is meant. */
  isSomebodyBusy(): boolean;
  elapsed(name: FlowTimer): void;
}

/** The timers that the flow of a call asks for. */
export class FlowTimers {
  readonly #parts: FlowTimersParts;
  readonly #timers: Timers<FlowTimer>;
  /** A call with several voices gives each of them its time. */
  readonly #openingShare: number;

  constructor(parts: FlowTimersParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    const voices = parts.order.filter((step) => step !== 'announcement' && step !== 'human');
    this.#openingShare = voices.length > 1 ? laddersShare : 1;
  }

  start(name: FlowTimer, ms: number): void {
    this.#timers.start(name, name === 'opening' ? ms * this.#openingShare : ms, () => {
      // Silence counts from the last word of either side; an answer may be longer than that.
      if (name === 'silence' && this.#parts.isSomebodyBusy()) this.start(name, ms);
      else this.#parts.elapsed(name);
    });
  }

  cancel(name: FlowTimer): void {
    this.#timers.cancel(name);
  }

  clear(): void {
    this.#timers.clear();
  }
}
