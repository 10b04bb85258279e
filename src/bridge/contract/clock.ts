/** What tells time and wakes us later. Production has one for the whole bridge; a test brings one that it moves by hand. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May jump. */
  nowMs(): number;
  /** Monotonic milliseconds with fractions; only differences mean something. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`. @returns a function that cancels it; harmless when it has fired */
  after(delayMs: number, callback: () => void): () => void;
}
