import type { IncomingMessage } from 'node:http';
import type { Clock } from '#bridge/contract/clock.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * What everybody who shows no ticket and no token of ours may ask for together and each. A person with a browser and a monitor stay far
 * below; carriers are never counted, because their requests name an attempt.
 */
const each = { burst: 120, perSecond: 20 };
const together = { burst: 1_000, perSecond: 200 };
/** Sources remembered at once; above it the ones that have been quiet are forgotten, and then the oldest. 200 bytes each. */
const sourcesMax = 5_000;

/** Keeps floods of requests that lead nowhere from costing more than a lookup in a map. */
export class Strangers {
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  readonly #bySource = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(together.burst, together.perSecond, clock.monotonicMs());
  }

  /** Count a request of a stranger. @returns false when it is one too many */
  admit(request: IncomingMessage): boolean {
    const nowMs = this.#clock.monotonicMs();
    const source = sourceOf(request);
    let bucket = this.#bySource.get(source);
    if (!bucket) {
      if (this.#bySource.size >= sourcesMax) this.#forget(nowMs);
      bucket = new TokenBucket(each.burst, each.perSecond, nowMs);
      this.#bySource.set(source, bucket);
    }
    return bucket.take(nowMs) && this.#all.take(nowMs);
  }

  #forget(nowMs: number): void {
    for (const [source, bucket] of this.#bySource) if (bucket.isFull(nowMs)) this.#bySource.delete(source);
    for (const source of this.#bySource.keys()) {
      if (this.#bySource.size < sourcesMax) return;
      this.#bySource.delete(source);
    }
  }
}

/**
 * Who sent this. We listen on loopback only, so the peer is the tunnel, and the last address in `X-Forwarded-For` is the one that the
 * tunnel itself saw; those before it are whatever the sender wrote.
 */
function sourceOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  return last ? last.slice(0, 64) : (request.socket.remoteAddress ?? '');
}
