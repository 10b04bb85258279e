/** What a set of measured times comes to, milliseconds. */
export interface Summary {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const fineStepMs = 0.01;
const fineMs = 100;
const coarseMs = 20_000;
const fineBuckets = fineMs / fineStepMs;

/** Counts times in buckets: 0.01 ms wide up to 100 ms, then 1 ms. Takes any number of them in constant memory. */
export class Samples {
  readonly #buckets = new Uint32Array(fineBuckets + coarseMs);
  #n = 0;
  #max = 0;

  add(ms: number): void {
    const at = ms < fineMs ? Math.floor(ms / fineStepMs) : fineBuckets + Math.floor(ms - fineMs);
    const bucket = Math.min(Math.max(at, 0), this.#buckets.length - 1);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#n += 1;
    if (ms > this.#max) this.#max = ms;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#n = 0;
    this.#max = 0;
  }

  summary(): Summary {
    return { n: this.#n, p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99), max: this.#max };
  }

  #at(share: number): number {
    const wanted = Math.ceil(this.#n * share);
    let seen = 0;
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      seen += this.#buckets[bucket] ?? 0;
      if (seen >= wanted && seen > 0) return bucket < fineBuckets ? (bucket + 0.5) * fineStepMs : fineMs + bucket - fineBuckets + 0.5;
    }
    return 0;
  }
}

export function summaryOf(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
