import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { hoursPerWeek, hoursState, intersectHours, legalHours, weekdays, weeklyHours, windowState } from '#bridge/domain/hours.ts';

const legal = (at: string, zones: string[], marginMs = 0, country = 'US') =>
  hoursState({ hours: legalHours(country), zones, nowMs: Date.parse(at), marginMs });
const opensAt = (at: string, zones: string[], marginMs = 0) => {
  const state = legal(at, zones, marginMs);
  return state.open ? 'open' : state.opensAtMs === null ? 'never' : new Date(state.opensAtMs).toISOString();
};

describe('the legal hours of the United States', () => {
  it.each([
    ['2026-03-08T11:59:00Z', 'America/New_York', false],
    ['2026-03-08T12:59:00Z', 'America/New_York', true],
    ['2026-07-01T00:59:00Z', 'America/New_York', true],
    ['2026-07-01T00:59:59.999Z', 'America/New_York', true],
    ['2026-07-01T01:00:00Z', 'America/New_York', false],
    ['2026-07-01T15:00:00Z', 'America/Phoenix', true],
    ['2026-07-01T14:59:59.999Z', 'America/Phoenix', false],
    ['2026-07-01T14:00:00Z', 'America/Denver', true],
    ['2026-11-01T13:00:00Z', 'America/New_York', true],
    ['2026-11-01T12:59:59Z', 'America/New_York', false],
    ['2026-07-01T15:31:00Z', 'Asia/Kolkata', false],
    ['2026-07-01T11:30:00Z', 'America/St_Johns', true],
  ])('at %s in %s are open: %s', (at, zone, open) => {
    expect(legal(at, [zone]).open).toBe(open);
  });

  it('open at 8:00 on the clock of the callee, also in the night in which it changes', () => {
    expect(opensAt('2026-03-08T05:00:00Z', ['America/New_York'])).toBe('2026-03-08T12:00:00.000Z');
    expect(opensAt('2026-03-08T11:59:00Z', ['America/New_York'])).toBe('2026-03-08T12:00:00.000Z');
    expect(opensAt('2026-11-01T05:00:00Z', ['America/New_York'])).toBe('2026-11-01T13:00:00.000Z');
    expect(opensAt('2026-07-01T01:00:00Z', ['America/New_York'])).toBe('2026-07-01T12:00:00.000Z');
  });

  it('must be open in every zone the callee may be in: 11:00 to 21:00 Eastern for a number from anywhere', () => {
    const zones = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'];
    expect(opensAt('2026-07-01T14:59:00Z', zones)).toBe('2026-07-01T15:00:00.000Z');
    expect(legal('2026-07-01T15:00:00Z', zones).open).toBe(true);
    expect(legal('2026-07-02T00:59:00Z', zones).open).toBe(true);
    expect(opensAt('2026-07-02T01:00:00Z', zones)).toBe('2026-07-02T15:00:00.000Z');
  });

  it('close early enough that nobody picks up after the end', () => {
    const marginMs = 25_000 + 60_000;
    expect(legal('2026-07-01T00:58:34Z', ['America/New_York'], marginMs).open).toBe(true);
    expect(legal('2026-07-01T00:58:35Z', ['America/New_York'], marginMs).open).toBe(false);
  });

  it('are closed without a zone and in a zone that does not exist', () => {
    expect(legal('2026-07-01T15:00:00Z', [])).toEqual({ open: false, opensAtMs: null });
    expect(legal('2026-07-01T15:00:00Z', ['Mars/Olympus'])).toEqual({ open: false, opensAtMs: null });
    expect(legal('2026-07-01T15:00:00Z', ['America/New_York', 'Mars/Olympus']).open).toBe(false);
  });
});

describe('the legal hours elsewhere', () => {
  it('are those of the country of the number', () => {
    expect(legal('2026-07-04T13:30:00Z', ['America/Toronto'], 0, 'CA').open).toBe(false);
    expect(legal('2026-07-04T14:00:00Z', ['America/Toronto'], 0, 'CA').open).toBe(true);
    expect(legal('2026-07-05T03:00:00Z', ['Australia/Sydney'], 0, 'AU').open).toBe(false);
    expect(legal('2026-07-01T11:30:00Z', ['Europe/Paris'], 0, 'FR').open).toBe(false);
    expect(legal('2026-07-01T12:00:00Z', ['Europe/Paris'], 0, 'FR').open).toBe(true);
    expect(legalHours(null)).toBe(legalHours('US'));
  });
});

describe("a campaign's window", () => {
  const window = { days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, start: '09:00', end: '20:00' };
  const state = (at: string, zones: string[]) =>
    windowState({ window: { ...window, days: [...window.days] }, zones, nowMs: Date.parse(at), marginMs: 0 });

  it('waits over the weekend', () => {
    const friday = state('2026-11-28T02:00:00Z', ['America/New_York']);
    expect(friday).toEqual({ open: false, opensAtMs: Date.parse('2026-11-30T14:00:00Z') });
    expect(state('2026-11-30T14:00:00Z', ['America/New_York']).open).toBe(true);
  });

  it('never opens where its zones do not meet', () => {
    expect(
      windowState({
        window: { days: ['mon'], start: '09:00', end: '10:00' },
        zones: ['America/New_York', 'America/Los_Angeles'],
        nowMs: 0,
        marginMs: 0,
      }),
    ).toEqual({ open: false, opensAtMs: null });
  });

  it('may last until midnight', () => {
    const late = { days: ['mon' as const], start: '22:00', end: '24:00' };
    const at = (text: string) => windowState({ window: late, zones: ['Europe/Berlin'], nowMs: Date.parse(text), marginMs: 0 }).open;
    expect([at('2026-11-23T22:59:59Z'), at('2026-11-23T23:00:00Z')]).toEqual([true, false]);
  });

  it('cannot widen the legal one', () => {
    const both = intersectHours(legalHours('US'), weeklyHours({ days: ['sun'], start: '06:00', end: '23:00' }));
    expect(both).toEqual({ sun: [{ from: 480, to: 1260 }] });
    expect(hoursPerWeek(both)).toBe(13);
    expect(intersectHours(legalHours('AU'), weeklyHours({ days: ['sun'], start: '09:00', end: '20:00' }))).toEqual({});
  });
});

const zone = fc.constantFrom(
  'America/New_York',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/St_Johns',
  'Asia/Kolkata',
  'Australia/Adelaide',
  'Pacific/Chatham',
);
const minuteOfYear = fc.integer({ min: 0, max: 366 * 24 * 60 });
const anyWindow = fc
  .tuple(fc.integer({ min: 0, max: 1438 }), fc.integer({ min: 1, max: 1440 }), fc.subarray([...weekdays], { minLength: 1 }))
  .filter(([from, to]) => from < to)
  .map(([from, to, days]) => ({ from, to, days }));
const time = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

describe('any window', () => {
  it('agrees with the clock on the wall, and opens when it says and not before', () => {
    fc.assert(
      fc.property(fc.uniqueArray(zone, { minLength: 1, maxLength: 3 }), minuteOfYear, anyWindow, (zones, minute, { from, to, days }) => {
        const nowMs = Date.UTC(2026, 0, 1) + minute * 60_000;
        const window = { days, start: time(from), end: time(to) };
        const openByClock = (atMs: number) =>
          zones.every((name) => {
            const local = DateTime.fromMillis(atMs, { zone: name });
            const at = local.hour * 60 + local.minute;
            return days.includes(weekdays[local.weekday - 1] ?? 'mon') && at >= from && at < to;
          });
        const state = windowState({ window, zones, nowMs, marginMs: 0 });
        expect(state.open).toBe(openByClock(nowMs));
        if (state.open || state.opensAtMs === null) return;
        expect(state.opensAtMs).toBeGreaterThan(nowMs);
        expect(openByClock(state.opensAtMs)).toBe(true);
        expect(openByClock(state.opensAtMs - 60_000)).toBe(false);
        for (let atMs = nowMs; atMs < Math.min(state.opensAtMs, nowMs + 172_800_000); atMs += 15 * 60_000)
          expect(openByClock(atMs)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});
