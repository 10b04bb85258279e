/** Remembers since when something is what it is. */
export class Since<Value> {
  #value: Value | undefined;
  #sinceMs: number;

  /** @param firstMs since when the value that is seen first is so; epoch milliseconds */
  constructor(firstMs: number) {
    this.#sinceMs = firstMs;
  }

  /** To be told whenever it may have changed. @returns since when it is so */
  see(value: Value, nowMs: number): number {
    if (this.#value !== undefined && this.#value !== value) this.#sinceMs = nowMs;
    this.#value = value;
    return this.#sinceMs;
  }
}
