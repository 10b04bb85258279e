import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallDocument, CallLinks, CarrierHost, LegRef, MediaHandlers } from './carrier.ts';

/**
 * How long a leg waits behind a stream before it apologises, in whole seconds: time for us to give it something better. Only when nobody is
 * here any more does the callee hear the apology.
 */
export const patienceSeconds = 3;
/** A stream also goes away because the call is over; the carrier tells of that at the same moment, and by another way. */
const endOfCallMs = 300;
const againMs = 500;
/** What is told of a stream within this long of the last trouble is about the same. */
const sameTroubleMs = 10_000;

interface AfterStreamParts {
  readonly host: CarrierHost;
  readonly clock: Clock;
  readonly log: Logger;
  redirect(leg: LegRef, document: CallDocument, links: CallLinks): Promise<void>;
}

/**
 * Gives a leg its next document when its stream is over and the call goes on. The leg does not ask for it: one that asks and is not
 * answered is hung up on without a word, and so the document of a stream ends with an apology instead.
 */
export class AfterStream {
  readonly #parts: AfterStreamParts;
  /** The newest stream of each attempt: what becomes of an older one is of no interest. */
  readonly #newest = new Map<AttemptId, MediaHandlers>();
  /** When a stream of an attempt was last over, monotonic. */
  readonly #lastMs = new Map<AttemptId, number>();
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(parts: AfterStreamParts) {
    this.#parts = parts;
  }

  /** The same handlers; the end of the stream is dealt with. */
  watch(handlers: MediaHandlers): MediaHandlers {
    const { attempt } = handlers;
    let leg: LegRef | null = null;
    const over = (afterMs: number) => {
      const ended = leg;
      leg = null;
      if (ended === null || this.#newest.get(attempt) !== watched) return;
      this.#newest.delete(attempt);
      this.#note(attempt);
      this.#after(afterMs, () => this.#goOn(attempt, ended, true));
    };
    const watched: MediaHandlers = {
      attempt,
      started: (stream) => {
        const isOurs = handlers.started(stream);
        if (isOurs) leg = { carrierCallId: stream.carrierCallId, requestId: null };
        return isOurs;
      },
      frame: (bytes, timestampMs) => handlers.frame(bytes, timestampMs),
      checkpoint: (name) => handlers.checkpoint(name),
      digit: (digit) => handlers.digit(digit),
      trouble: (detail) => handlers.trouble(detail),
      leaving: () => {
        over(0);
        handlers.leaving?.();
      },
      closed: (reason, by = 'nobody') => {
        // Whoever ends a stream in good order has something else for the leg, or its call is over.
        if (by === 'carrier') leg = null;
        else over(endOfCallMs);
        if (leg === null && this.#newest.get(attempt) === watched) this.#newest.delete(attempt);
        handlers.closed(reason, by);
      },
    };
    this.#newest.set(attempt, watched);
    return watched;
  }

  /** The stream never came about: the leg runs what stands behind it already. */
  failed(attempt: AttemptId, leg: LegRef): void {
    const lastMs = this.#lastMs.get(attempt) ?? Number.NEGATIVE_INFINITY;
    // Told of a stream that was there; or a second time, when trying again is not the cure.
    if (this.#newest.has(attempt) || this.#parts.clock.monotonicMs() - lastMs < sameTroubleMs) return;
    this.#note(attempt);
    this.#goOn(attempt, leg, true);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
    this.#newest.clear();
  }

  #goOn(attempt: AttemptId, leg: LegRef, again: boolean): void {
    const { document, links } = this.#parts.host.documentFor(attempt, { kind: 'stream-ended' });
    // Whoever ends the call says so to the carrier himself.
    if (document.kind !== 'hang-up') this.#give(attempt, leg, document, links, again);
  }

  #give(attempt: AttemptId, leg: LegRef, document: CallDocument, links: CallLinks, again: boolean): void {
    const { log, redirect } = this.#parts;
    redirect(leg, document, links).catch((error: unknown) => {
      const code = error instanceof BridgeError ? error.code : 'unknown';
      if (code === 'carrier/gone' || this.#closed) return;
      log.warn({ attempt, code, again }, 'a leg could not be given what comes after its stream');
      if (again) this.#after(againMs, () => this.#give(attempt, leg, document, links, false));
    });
  }

  #note(attempt: AttemptId): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [other, lastMs] of this.#lastMs) {
      if (nowMs - lastMs < sameTroubleMs) break;
      this.#lastMs.delete(other);
    }
    // Last in the order of the map, which is that of time.
    this.#lastMs.delete(attempt);
    this.#lastMs.set(attempt, nowMs);
  }

  #after(ms: number, work: () => void): void {
    if (this.#closed) return;
    const cancel = this.#parts.clock.after(ms, () => {
      this.#waiting.delete(cancel);
      work();
    });
    this.#waiting.add(cancel);
  }
}
