import type { Clock } from '#bridge/contract/clock.ts';

/** How long something lives: the simulator, a call, the document that a call runs. What waits inside one stops when it ends. */
export class Scope {
  #ended = false;
  readonly #listeners = new Set<() => void>();
  readonly #leaveParent: () => void = () => undefined;

  constructor(parent?: Scope) {
    if (parent) this.#leaveParent = parent.onEnd(() => this.end());
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Calls back once when the scope ends; at once when it has. @returns a function that takes the listener away */
  onEnd(listener: () => void): () => void {
    if (this.#ended) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leaveParent();
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** @returns true when the time has passed, false when the scope ended before */
  sleep(clock: Clock, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, () => {
        leave();
        resolve(!this.#ended);
      });
      const leave = this.onEnd(() => {
        cancel();
        resolve(false);
      });
    });
  }

  /** Run `callback` after the time, unless the scope ends before. @returns a function that cancels it */
  after(clock: Clock, ms: number, callback: () => void): () => void {
    let leave: () => void = () => undefined;
    if (this.#ended) return leave;
    const cancel = clock.after(ms, () => {
      leave();
      callback();
    });
    leave = this.onEnd(cancel);
    return () => {
      leave();
      cancel();
    };
  }
}
