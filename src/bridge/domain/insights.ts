import { DateTime, IANAZone } from 'luxon';
import { wonDispositions } from '#bridge/contract/insights.ts';
import type { AnswerType, Disposition } from '#bridge/contract/words.ts';

const won: ReadonlySet<Disposition> = new Set(wonDispositions);

/** What only a person can have said or done, whatever was heard of how they picked up. */
const ofPeople: ReadonlySet<Disposition> = new Set([
  ...wonDispositions,
  'callback-requested',
  'not-interested',
  'do-not-call',
  'wrong-number',
  'transfer-failed',
  'language-barrier',
]);

export function isWon(disposition: Disposition | null): boolean {
  return disposition !== null && won.has(disposition);
}

interface AnsweredCall {
  readonly answerType: AnswerType | null;
  readonly disposition: Disposition | null;
}

/**
 * Whether it was a person who picked up. Where nothing told (it was over before, or nothing was heard), the call counts only when it came to
 * something that needs a person: with a guess, every silent line would be one. Who was won is a person, whatever was thought of their voice.
 */
export function isPerson({ answerType, disposition }: AnsweredCall): boolean {
  if (isWon(disposition)) return true;
  const isTold = answerType !== null && answerType !== 'unknown' && answerType !== 'silence';
  return isTold ? answerType === 'human' : disposition !== null && ofPeople.has(disposition);
}

/** A day of a calendar, as far as it is asked for; epoch milliseconds. */
export interface CalendarDay {
  /** As `2026-11-01`. */
  readonly day: string;
  readonly fromMs: number;
  /** The first moment that is not in it. */
  readonly untilMs: number;
}

/**
 * Every day of a clock from one moment on and before another: its midnights decide, so that the days on which the clock changes have 23 or
 * 25 hours.
 *
 * @param zone IANA name, or `system` for the clock of this machine
 */
export function calendarDays(sinceMs: number, untilMs: number, zone: string): readonly CalendarDay[] {
  const days: CalendarDay[] = [];
  let midnight = DateTime.fromMillis(sinceMs, { zone }).startOf('day');
  while (midnight.toMillis() < untilMs) {
    const next = midnight.plus({ days: 1 }).startOf('day');
    days.push({
      day: midnight.toFormat('yyyy-MM-dd'),
      fromMs: Math.max(sinceMs, midnight.toMillis()),
      untilMs: Math.min(untilMs, next.toMillis()),
    });
    midnight = next;
  }
  return days;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clocks change where one of these begins. */
const quarterMs = 15 * 60_000;
const quartersOfDay = dayMs / quarterMs;

/**
 * What many clocks said. Calendars are slow: one is asked once for each day, and for each quarter of an hour only on days on which it
 * changes.
 */
export class Clocks {
  readonly #clocks = new Map<string, Clock | null>();

  /** @param zone IANA name @returns 0 to 23; null when there is no such zone */
  hourAt(zone: string, atMs: number): number | null {
    let clock = this.#clocks.get(zone);
    if (clock === undefined) {
      clock = IANAZone.isValidZone(zone) ? new Clock(IANAZone.create(zone)) : null;
      this.#clocks.set(zone, clock);
    }
    return clock?.hourAt(atMs) ?? null;
  }
}

class Clock {
  readonly #zone: IANAZone;
  /** Milliseconds ahead of UTC, by quarters of an hour since 1970. */
  readonly #ahead = new Map<number, number>();

  constructor(zone: IANAZone) {
    this.#zone = zone;
  }

  hourAt(atMs: number): number {
    const quarter = Math.floor(atMs / quarterMs);
    const first = Math.floor(atMs / dayMs) * quartersOfDay;
    const ahead = this.#aheadAt(first);
    const isSame = ahead === this.#aheadAt(first + quartersOfDay);
    const localMs = atMs + (isSame ? ahead : this.#aheadAt(quarter));
    return Math.floor(localMs / hourMs) - Math.floor(localMs / dayMs) * 24;
  }

  #aheadAt(quarter: number): number {
    let ahead = this.#ahead.get(quarter);
    if (ahead === undefined) {
      ahead = this.#zone.offset(quarter * quarterMs) * 60_000;
      this.#ahead.set(quarter, ahead);
    }
    return ahead;
  }
}

/** How often each value was measured. */
export type Measured = ReadonlyMap<number, number>;

/**
 * The nearest-rank percentile: the lowest value that so many percent of all do not exceed, so always one that was measured.
 *
 * @param percent above 0, up to 100
 * @returns null when nothing was measured
 */
export function percentile(measured: Measured, percent: number): number | null {
  const values = [...measured].sort(([a], [b]) => a - b);
  let left = Math.ceil((values.reduce((sum, [, times]) => sum + times, 0) * percent) / 100);
  for (const [value, times] of values) {
    left -= times;
    if (left <= 0) return value;
  }
  return null;
}
