/** Where we are in a call, told by callbacks. */
export interface Timeline {
  atMs(): number;
  seek(ms: number): void;
  onTime(listener: (ms: number) => void): () => void;
}

/** For a call without sound: a place that is only pointed at. */
export class Pointer implements Timeline {
  readonly #listeners = new Set<(ms: number) => void>();
  #ms = 0;

  atMs(): number {
    return this.#ms;
  }

  seek(ms: number): void {
    this.#ms = Math.max(0, ms);
    for (const listener of this.#listeners) listener(this.#ms);
  }

  onTime(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#ms);
    return () => this.#listeners.delete(listener);
  }
}
