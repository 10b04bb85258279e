const frameMs = 20;
/** What is nearer to the live sound than this is live. */
const liveMs = 120;

/** How far behind the live sound what is heard is, told from how many frames came since the last jump. Times are epoch milliseconds. */
export class Behind {
  #backMs = 0;
  #sinceMs = 0;
  #first: number | null = null;
  #last = 0;

  /** What follows begins so far behind. */
  jumped(backMs: number, nowMs: number): void {
    this.#backMs = backMs;
    this.#sinceMs = nowMs;
    this.#first = null;
  }

  /** A frame of one side came. @param counter of that side */
  heard(counter: number): void {
    this.#first ??= counter;
    this.#last = counter;
  }

  /** Milliseconds; 0 is live. */
  at(nowMs: number): number {
    if (this.#backMs === 0) return 0;
    const heardMs = this.#first === null ? 0 : (this.#last - this.#first) * frameMs;
    const behindMs = this.#backMs + (nowMs - this.#sinceMs) - heardMs;
    if (behindMs > liveMs) return behindMs;
    this.#backMs = 0;
    return 0;
  }
}
