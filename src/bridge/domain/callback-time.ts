import { DateTime } from 'luxon';
import type { CallingWindow } from '#bridge/contract/campaigns.ts';
import { hoursState, intersectHours, legalHours, weeklyHours } from './hours.ts';
import { readZone } from './time-zones.ts';

/** Later than this, the model has misread the calendar rather than the person has asked for it. */
const furthestMs = 180 * 86_400_000;

/** When a person wants to be called back, as the model took it down. */
export interface CallbackWish {
  /** Date and time on the person's own clock, as `2026-11-24T15:30`; an offset behind it means nothing. Null when it is not clear. */
  readonly isoLocal: string | null;
  /** A time zone that the person named. */
  readonly zone: string | null;
}

export interface CallbackCallee {
  /** IANA zones the person may be in. */
  readonly zones: readonly string[];
  /** ISO 3166 alpha-2. */
  readonly country: string;
  /** Campaign's hours; null when it has none of its own. */
  readonly window: CallingWindow | null;
  /** Whether hours are kept at all. */
  readonly keepsHours: boolean;
  /** Hours close this much earlier, so that nobody picks up after their end. */
  readonly marginMs: number;
}

/**
 * When the person is due: at the time that they named, on their own clock, or when calls to them are allowed next after that. Where they
 * may be in several zones it is the last of them: rather late than too early.
 *
 * @returns epoch milliseconds; null when the wish names no time that is still to come
 */
export function callbackAtMs(wish: CallbackWish, callee: CallbackCallee, nowMs: number): number | null {
  if (wish.isoLocal === null) return null;
  const named = readZone(wish.zone ?? '');
  const times = (named === null ? callee.zones : [named]).map((zone) => onClockOf(zone, wish.isoLocal ?? ''));
  const atMs = Math.max(...times.filter((time) => time !== null));
  if (!Number.isFinite(atMs) || atMs <= nowMs || atMs > nowMs + furthestMs) return null;
  if (!callee.keepsHours) return atMs;
  const legal = legalHours(callee.country);
  const hours = callee.window === null ? legal : intersectHours(legal, weeklyHours(callee.window));
  const state = hoursState({ hours, zones: callee.zones, nowMs: atMs, marginMs: callee.marginMs });
  return state.open ? atMs : (state.opensAtMs ?? atMs);
}

/** What a clock on the wall of the person shows, for the model: `Tuesday, 2026-11-24, 15:30`. Null when their zone is not known for certain. */
export function wallClock(zones: readonly string[], nowMs: number): string | null {
  const [first, ...others] = zones.map((zone) => DateTime.fromMillis(nowMs, { zone }).setLocale('en').toFormat('cccc, yyyy-MM-dd, HH:mm'));
  return first === undefined || others.some((other) => other !== first) ? null : first;
}

function onClockOf(zone: string, isoLocal: string): number | null {
  const read = DateTime.fromISO(isoLocal.trim(), { setZone: true });
  // A bare time of day has no day.
  if (!read.isValid || !/^\d{4}/.test(isoLocal.trim())) return null;
  const local = read.setZone(zone, { keepLocalTime: true });
  return local.isValid ? local.toMillis() : null;
}
