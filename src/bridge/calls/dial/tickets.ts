import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';

/**
 * Tickets stand in the path of every webhook of an attempt: the attempt's id and a keyed hash of it. They outlive this process, so that a
 * webhook for a call that a killed process placed still finds its attempt.
 */
export class Tickets {
  readonly #secret: string;

  /** @param secret at least 128 bits, kept in the data folder */
  constructor(secret: string) {
    this.#secret = secret;
  }

  issue(attempt: AttemptId, carrier: CarrierName): string {
    return `${attempt}.${this.#seal(attempt, carrier)}`;
  }

  /** @returns the attempt, or null when the ticket was not issued by us for this carrier */
  read(ticket: string, carrier: CarrierName): AttemptId | null {
    const dot = ticket.lastIndexOf('.');
    if (dot <= 0 || ticket.length > 200) return null;
    const attempt = ticket.slice(0, dot);
    const given = Buffer.from(ticket.slice(dot + 1));
    const right = Buffer.from(this.#seal(attempt, carrier));
    return given.length === right.length && timingSafeEqual(given, right) ? (attempt as AttemptId) : null;
  }

  #seal(attempt: string, carrier: CarrierName): string {
    return createHmac('sha256', this.#secret).update(`${carrier}:${attempt}`).digest('hex').slice(0, 32);
  }
}

/** How long a media token waits for its socket. Carriers connect within a second or two of reading the document. */
const mediaTokenMs = 60_000;

interface MediaToken {
  readonly attempt: AttemptId;
  readonly carrier: CarrierName;
  readonly expiresAtMs: number;
}

/** Tokens of media sockets: single-use, bound to one attempt, known to this process only. */
export class MediaTokens {
  readonly #tokens = new Map<string, MediaToken>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(attempt: AttemptId, carrier: CarrierName): string {
    this.#forgetOld();
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(token, { attempt, carrier, expiresAtMs: this.#clock.nowMs() + mediaTokenMs });
    return token;
  }

  /** Does not use the token up. */
  look(token: string, carrier: CarrierName): AttemptId | null {
    const found = this.#tokens.get(token);
    return found && found.carrier === carrier && found.expiresAtMs > this.#clock.nowMs() ? found.attempt : null;
  }

  /** @returns false when it was used up meanwhile */
  use(token: string): boolean {
    return this.#tokens.delete(token);
  }

  revoke(attempt: AttemptId): void {
    for (const [token, { attempt: owner }] of this.#tokens) if (owner === attempt) this.#tokens.delete(token);
  }

  #forgetOld(): void {
    const nowMs = this.#clock.nowMs();
    for (const [token, { expiresAtMs }] of this.#tokens) {
      if (expiresAtMs > nowMs) break;
      this.#tokens.delete(token);
    }
  }
}
