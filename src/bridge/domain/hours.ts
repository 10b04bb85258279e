import { DateTime } from 'luxon';
import type { CallingWindow, Weekday } from '#bridge/contract/campaigns.ts';

/** A stretch of the day on the callee's clock in minutes since midnight; half-open, so that `to` is closed. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

/** When a callee's own clock allows a call. A day without ranges is closed. */
export type WeeklyHours = Readonly<Partial<Record<Weekday, readonly DayRange[]>>>;

export type WindowState =
  | { readonly open: true }
  /** `opensAtMs` is null when it does not open within two weeks: zones too far apart, or windows that do not meet. */
  | { readonly open: false; readonly opensAtMs: number | null };

export const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const workdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
/** A window that opens at all opens within a week; the second one is for changes of the clock and days that fall between zones. */
const SEARCH_DAYS = 15;

const on = (days: readonly Weekday[], ...ranges: readonly (readonly [fromHour: number, toHour: number])[]): WeeklyHours =>
  Object.fromEntries(days.map((day) => [day, ranges.map(([from, to]) => ({ from: from * 60, to: to * 60 }))]));

/** 8:00 to 21:00 on the called party's clock. @see 47 CFR 64.1200(c)(1) */
const unitedStates = on(weekdays, [8, 21]);

/**
 * Hours that the law sets for calls like ours, by country of the number. Campaigns can narrow them, never widen them. Everywhere else the
 * rule of the United States is used, as the caution of a stranger.
 */
const legal: Readonly<Record<string, WeeklyHours>> = {
  US: unitedStates,
  // @see CRTC Unsolicited Telecommunications Rules
  CA: { ...on(workdays, [9, 21.5]), ...on(['sat', 'sun'], [10, 18]) },
  // @see TRAI, Telecom Commercial Communications Customer Preference Regulation
  IN: on(weekdays, [9, 21]),
  // @see Telecommunications (Telemarketing and Research Calls) Industry Standard 2017
  AU: { ...on(workdays, [9, 20]), ...on(['sat'], [9, 17]) },
  // @see Code de la consommation, D223-9
  FR: on(workdays, [10, 13], [14, 20]),
};

export function legalHours(country: string | null): WeeklyHours {
  return legal[country ?? ''] ?? unitedStates;
}

export function weeklyHours(window: CallingWindow): WeeklyHours {
  return Object.fromEntries(window.days.map((day) => [day, [{ from: minuteOf(window.start), to: minuteOf(window.end) }]]));
}

export function intersectHours(one: WeeklyHours, other: WeeklyHours): WeeklyHours {
  const both: Partial<Record<Weekday, readonly DayRange[]>> = {};
  for (const day of weekdays) {
    const ranges = (one[day] ?? []).flatMap((a) =>
      (other[day] ?? [])
        .map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }))
        .filter((range) => range.from < range.to),
    );
    if (ranges.length > 0) both[day] = ranges;
  }
  return both;
}

/** Hours of an average week, for forecasts. */
export function hoursPerWeek(hours: WeeklyHours): number {
  return weekdays.reduce((sum, day) => sum + (hours[day] ?? []).reduce((minutes, range) => minutes + range.to - range.from, 0), 0) / 60;
}

/**
 * Whether a campaign's window is open in every one of the zones.
 *
 * @param query `marginMs` closes it earlier by this much (ring time and a minute), so that nobody picks up after the end
 */
export function windowState(query: {
  readonly window: CallingWindow;
  readonly zones: readonly string[];
  readonly nowMs: number;
  readonly marginMs: number;
}): WindowState {
  return hoursState({ ...query, hours: weeklyHours(query.window) });
}

/** Whether these hours are open in every one of the zones (IANA names; without any, it is closed), and when they will be. */
export function hoursState(query: {
  readonly hours: WeeklyHours;
  readonly zones: readonly string[];
  readonly nowMs: number;
  readonly marginMs: number;
}): WindowState {
  const { hours, zones, nowMs, marginMs } = query;
  const spans = zones.map((zone) => openSpans(hours, zone, nowMs, marginMs));
  if (spans.length === 0) return { open: false, opensAtMs: null };
  const openEverywhereAt = (atMs: number) => spans.every((list) => list.some((span) => span.fromMs <= atMs && atMs < span.toMs));
  if (openEverywhereAt(nowMs)) return { open: true };
  // It opens everywhere at the moment at which the last zone opens: one of the starts.
  const starts = spans
    .flat()
    .map((span) => span.fromMs)
    .filter((startMs) => startMs > nowMs)
    .sort((a, b) => a - b);
  return { open: false, opensAtMs: starts.find(openEverywhereAt) ?? null };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Calendars are slow and a campaign asks the same about every lead: the last few answers are kept. */
const remembered = new Map<string, readonly Span[]>();
const REMEMBERED = 256;
/** Zones differ by whole quarters of an hour, so that nobody's day changes within one. */
const QUARTER_MS = 900_000;

function openSpans(hours: WeeklyHours, zone: string, nowMs: number, marginMs: number): readonly Span[] {
  const key = `${zone}|${Math.floor(nowMs / QUARTER_MS)}|${marginMs}|${JSON.stringify(hours)}`;
  const known = remembered.get(key);
  if (known) return known;
  const today = DateTime.fromMillis(nowMs, { zone }).startOf('day');
  if (!today.isValid) return [];
  const spans: Span[] = [];
  for (let offset = 0; offset < SEARCH_DAYS; offset += 1) {
    const day = today.plus({ days: offset });
    for (const range of hours[weekdays[day.weekday - 1] ?? 'mon'] ?? []) {
      const fromMs = atMinute(day, range.from);
      const toMs = atMinute(day, range.to) - marginMs;
      if (fromMs < toMs) spans.push({ fromMs, toMs });
    }
  }
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(key, spans);
  return spans;
}

/** The wall clock decides, whatever it did that night: 8:00 is 8:00 on the day of a change, too. */
function atMinute(day: DateTime, minute: number): number {
  if (minute >= 24 * 60) return day.plus({ days: 1 }).startOf('day').toMillis();
  return day.set({ hour: Math.floor(minute / 60), minute: minute % 60, second: 0, millisecond: 0 }).toMillis();
}

function minuteOf(time: string): number {
  const [hour = '0', minute = '0'] = time.split(':');
  return Number(hour) * 60 + Number(minute);
}
