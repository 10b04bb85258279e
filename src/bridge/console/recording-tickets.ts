import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CallId } from '#bridge/contract/ids.ts';

/** Long enough to hear a call to its end, with pauses; short enough for an address that ends up in a history. */
const validMs = 10 * 60_000;

/**
 * Ways in for elements that cannot send headers. A ticket opens the recording of one call for ten minutes and nothing else; it is signed
 * with a secret of this run, so that no ticket outlives it.
 */
export class RecordingTickets {
  readonly #secret = randomBytes(32);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns characters that are safe in an address */
  issue(call: CallId): string {
    const expires = Math.floor(this.#clock.nowMs() + validMs).toString(36);
    return `${expires}.${this.#sign(call, expires).toString('base64url')}`;
  }

  opens(call: string, ticket: string): boolean {
    const [, expires = '', signature = ''] = /^([0-9a-z]{1,12})\.([A-Za-z0-9_-]{43})$/.exec(ticket) ?? [];
    const given = Buffer.from(signature, 'base64url');
    const right = this.#sign(call, expires);
    return given.length === right.length && timingSafeEqual(given, right) && Number.parseInt(expires, 36) > this.#clock.nowMs();
  }

  #sign(call: string, expires: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${expires}.${call}`).digest();
  }
}
