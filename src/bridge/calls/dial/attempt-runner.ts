import type { Clock } from '#bridge/contract/clock.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import type { LegRef } from '../../carriers/carrier.ts';
import { type AttemptEffect, type AttemptEvent, type AttemptState, stepAttempt } from '../../domain/attempt.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { CallBook } from '../record/call-book.ts';
import { Timers } from '../timers.ts';

/** Our own farewell begins this long before the carrier would cut the call at its limit. */
const limitLeadMs = 7_000;
/** Past the ring time, or the limit, the carrier may take this long to tell. */
const ringGraceMs = 10_000;
export const limitGraceMs = 15_000;
/** So long people may talk on one call, on top of what the AI may. */
const peopleTalkMs = 60 * 60_000;
/** An AI that gets the call back behind its limit has this long to bring it to an end. */
const leastLeftMs = 30_000;

/** After how long the carrier ends a call by itself, whoever speaks. @param maxCallMs what the AI may talk */
export function carrierLimitMs(maxCallMs: number): number {
  return maxCallMs + peopleTalkMs;
}

export interface AttemptRunnerParts {
  readonly record: AttemptRecord;
  readonly book: CallBook;
  readonly clock: Clock;
  /** The leg as its carrier names it by now. */
  leg(): LegRef;
  /** Somebody may be there in a second. */
  prepare(): void;
  /** The carrier is silent about the leg for longer than it can ring or talk. */
  lookUp(): void;
  /** It is time to say goodbye. */
  limitReached(): void;
  /** The carrier has let the call go on past its limit. */
  overrun(): void;
  finish(outcome: Outcome): void;
  changed(): void;
}

/** Performs what the state machine of an attempt asks for: writes its phases down and watches its times. */
export class AttemptRunner {
  readonly #parts: AttemptRunnerParts;
  readonly #timers: Timers<'ring' | 'limit' | 'overrun' | 'last' | 'last-overrun'>;
  #state: AttemptState;
  /** When the AI says goodbye, monotonic; null before the answer. */
  #limitAtMs: number | null = null;
  /** What the AI had left when a person took the call; null while none has it. */
  #leftMs: number | null = null;

  constructor(parts: AttemptRunnerParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#state = revivedState(parts.record);
  }

  get state(): AttemptState {
    return this.#state;
  }

  step(event: AttemptEvent): void {
    const [state, effects] = stepAttempt(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#parts.changed();
  }

  watchRinging(): void {
    this.#timers.start('ring', this.#parts.record.ringTimeoutMs + ringGraceMs, () => this.#parts.lookUp());
  }

  /** What goes on without us is over at its limit; then its carrier is asked. */
  watchLimit(): void {
    const { record, book, clock, lookUp } = this.#parts;
    const limitMs = record.transfer?.kind === 'cold' ? carrierLimitMs(record.maxCallMs) : record.maxCallMs;
    const pastLimitMs = (book.answeredAtMs ?? 0) + limitMs + limitGraceMs - clock.nowMs();
    this.#timers.start('overrun', Math.max(0, pastLimitMs), () => lookUp());
  }

  /**
   * The limit is the AI's: it stands still while a person has the call, and goes on when the AI has it again. Nobody who was put through
   * is cut off in the middle of a sentence.
   */
  personHas(isTheirs: boolean): void {
    if (this.#limitAtMs === null || isTheirs === (this.#leftMs !== null)) return;
    const nowMs = this.#parts.clock.monotonicMs();
    if (isTheirs) {
      this.#leftMs = Math.max(0, this.#limitAtMs - nowMs);
      this.#timers.cancel('limit');
      this.#timers.cancel('overrun');
      return;
    }
    const leftMs = Math.max(leastLeftMs, this.#leftMs ?? 0);
    this.#leftMs = null;
    this.#watchTalk(leftMs);
  }

  close(): void {
    this.#limitAtMs = null;
    this.#timers.clear();
  }

  /** @param leftMs until the AI says goodbye */
  #watchTalk(leftMs: number): void {
    const { clock, limitReached, overrun } = this.#parts;
    this.#limitAtMs = clock.monotonicMs() + leftMs;
    this.#timers.start('limit', leftMs, () => limitReached());
    this.#timers.start('overrun', leftMs + limitLeadMs + limitGraceMs, () => overrun());
  }

  #perform(effect: AttemptEffect): void {
    const { record, prepare, finish, limitReached, overrun } = this.#parts;
    const { maxCallMs } = record;
    switch (effect.type) {
      case 'save-phase':
        this.#savePhase(effect.phase);
        return;
      case 'prepare-voice':
        prepare();
        return;
      case 'ring-timer.start':
        this.watchRinging();
        return;
      case 'ring-timer.cancel':
        this.#timers.cancel('ring');
        return;
      case 'limit-timer.start':
        this.#watchTalk(Math.max(maxCallMs / 2, maxCallMs - limitLeadMs));
        this.#timers.start('last', carrierLimitMs(maxCallMs) - limitLeadMs, () => limitReached());
        this.#timers.start('last-overrun', carrierLimitMs(maxCallMs) + limitGraceMs, () => overrun());
        return;
      case 'begin-call':
        return;
      case 'finish':
        finish(effect.outcome);
        return;
    }
  }

  #savePhase(phase: Exclude<AttemptState['kind'], 'ended'>): void {
    const { book, clock, leg } = this.#parts;
    const nowMs = clock.nowMs();
    const { carrierCallId, requestId } = leg();
    book.patch({
      phase,
      ...(carrierCallId === null ? {} : { carrierCallId }),
      ...(requestId === null ? {} : { requestId }),
      ...(phase === 'submitting' ? { submittedAtMs: nowMs } : {}),
      ...(phase === 'ringing' ? { ringingAtMs: nowMs } : {}),
      ...(phase === 'answered' ? { answeredAtMs: book.answeredAtMs } : {}),
    });
  }
}

function revivedState(record: AttemptRecord): AttemptState {
  switch (record.phase) {
    case 'answered':
      return { kind: 'answered', answeredAtMs: record.answeredAtMs ?? record.createdAtMs };
    case 'ended':
      return { kind: 'ended', outcome: record.outcome ?? 'unknown' };
    default:
      return { kind: record.phase };
  }
}
