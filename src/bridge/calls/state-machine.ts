export interface StateMachineParts<State, Event, Effect> {
  readonly first: State;
  readonly step: (state: State, event: Event) => readonly [State, readonly Effect[]];
  perform(effect: Effect): void;
  /** Everything that follows from an event was done. */
  stepped?(state: State, before: State): void;
}

/** Runs a state machine: performs its effects in order. Events that come meanwhile wait for their turn; what throws takes them with it. */
export class StateMachine<State, Event, Effect> {
  readonly #parts: StateMachineParts<State, Event, Effect>;
  #state: State;
  #queue: Event[] = [];
  #isRunning = false;

  constructor(parts: StateMachineParts<State, Event, Effect>) {
    this.#parts = parts;
    this.#state = parts.first;
  }

  get state(): State {
    return this.#state;
  }

  /** @returns false when the event waits for the one that is being handled */
  dispatch(event: Event): boolean {
    this.#queue.push(event);
    if (this.#isRunning) return false;
    this.#isRunning = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#queue = [];
      this.#isRunning = false;
    }
    return true;
  }

  #step(event: Event): void {
    const before = this.#state;
    const [state, effects] = this.#parts.step(before, event);
    this.#state = state;
    for (const effect of effects) this.#parts.perform(effect);
    this.#parts.stepped?.(state, before);
  }
}
