/** So long may messages be taken up before the sockets of all calls are read again. */
const leastBudgetMs = 0.2;
/** On a busy machine a turn of the event loop takes long: messages get this much of it, so that they do not pile up. */
const share = 0.25;

/** The messages of one socket, in their order. */
export interface MessageLane {
  /** Take this message up: at once where there is time for it and nothing waits before it, else in a moment. */
  add(message: Buffer): void;
  /** Take up all that wait, now: nothing comes after them. */
  settle(): void;
  /** Drop all that wait. */
  forget(): void;
  /** How many wait. */
  readonly size: number;
}

interface Lane {
  readonly take: (message: Buffer) => void;
  readonly waiting: Buffer[];
}

/**
 * What an AI says comes in bunches of a dozen messages, and some of them make work for a millisecond. They are taken up as they come, but
 * of all sockets together only for a short time in one turn of the event loop; what is left waits for the next one, so that the frames of
 * other calls pass in between. The sockets take turns: one that sends without end delays its own messages, not those of the others.
 */
export class MessageTurns {
  readonly #nowMs: () => number;
  readonly #defer: (work: () => void) => void;
  /** Those of which something waits; the first one has its turn next. */
  readonly #lanes = new Set<Lane>();
  #spentMs = 0;
  #budgetMs = leastBudgetMs;
  #isDue = false;
  #dueSinceMs = 0;
  readonly #turn = (): void => {
    this.#isDue = false;
    this.#spentMs = 0;
    this.#budgetMs = Math.max(leastBudgetMs, (this.#nowMs() - this.#dueSinceMs) * share);
    for (const lane of this.#lanes) {
      if (this.#spentMs >= this.#budgetMs) break;
      this.#lanes.delete(lane);
      const message = lane.waiting.shift();
      if (lane.waiting.length > 0) this.#lanes.add(lane);
      if (message) this.#run(lane, message);
    }
    if (this.#lanes.size > 0) this.#schedule();
  };

  /** @param defer runs something once, after the sockets that have something to read were read */
  constructor(nowMs: () => number = () => performance.now(), defer: (work: () => void) => void = setImmediate) {
    this.#nowMs = nowMs;
    this.#defer = defer;
  }

  /** @param take is given each message once; must not throw */
  lane(take: (message: Buffer) => void): MessageLane {
    const lane: Lane = { take, waiting: [] };
    return {
      add: (message) => {
        if (lane.waiting.length === 0 && this.#spentMs < this.#budgetMs) {
          this.#run(lane, message);
          return;
        }
        lane.waiting.push(message);
        this.#lanes.add(lane);
        this.#schedule();
      },
      settle: () => {
        this.#lanes.delete(lane);
        for (const message of lane.waiting.splice(0)) take(message);
      },
      forget: () => {
        this.#lanes.delete(lane);
        lane.waiting.length = 0;
      },
      get size() {
        return lane.waiting.length;
      },
    };
  }

  #run(lane: Lane, message: Buffer): void {
    const fromMs = this.#nowMs();
    lane.take(message);
    this.#spentMs += this.#nowMs() - fromMs;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#dueSinceMs = this.#nowMs();
    this.#defer(this.#turn);
  }
}

/** The turns of this process: it is the machine that is shared, whichever session a message belongs to. */
export const messageTurns = new MessageTurns();
