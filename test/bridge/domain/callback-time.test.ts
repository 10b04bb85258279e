import { describe, expect, it } from 'vitest';
import { type CallbackCallee, type CallbackWish, callbackAtMs, wallClock } from '#bridge/domain/callback-time.ts';

/** Tuesday noon in New York. */
const nowMs = Date.parse('2026-11-24T17:00:00Z');
const callee: CallbackCallee = { zones: ['America/New_York'], country: 'US', window: null, keepsHours: true, marginMs: 85_000 };
const wish = (isoLocal: string | null, zone: string | null = null): CallbackWish => ({ isoLocal, zone });
const due = (wanted: CallbackWish, fields: Partial<CallbackCallee> = {}) => {
  const atMs = callbackAtMs(wanted, { ...callee, ...fields }, nowMs);
  return atMs === null ? null : new Date(atMs).toISOString();
};

describe('a callback', () => {
  it('is due at the time that the person named, on their own clock', () => {
    expect(due(wish('2026-11-25T15:30'))).toBe('2026-11-25T20:30:00.000Z');
    expect(due(wish('2026-11-25T15:30'), { zones: ['America/Los_Angeles'] })).toBe('2026-11-25T23:30:00.000Z');
    expect(due(wish('2026-11-25T15:30'), { zones: ['Asia/Kolkata'], country: 'IN' })).toBe('2026-11-25T10:00:00.000Z');
  });

  it('takes an offset that the model put behind the time for nothing', () => {
    for (const text of ['2026-11-25T15:30:00Z', '2026-11-25T15:30:00.000+05:30', ' 2026-11-25T15:30 '])
      expect(due(wish(text))).toBe('2026-11-25T20:30:00.000Z');
  });

  it('goes by the zone that the person named, and is rather late than early where they may be in several', () => {
    expect(due(wish('2026-11-25T15:30', 'America/Chicago'))).toBe('2026-11-25T21:30:00.000Z');
    expect(due(wish('2026-11-25T15:30', 'the moon'))).toBe('2026-11-25T20:30:00.000Z');
    expect(due(wish('2026-11-25T15:30'), { zones: ['America/New_York', 'America/Chicago'] })).toBe('2026-11-25T21:30:00.000Z');
  });

  it('waits for the hours in which the person may be called', () => {
    expect(due(wish('2026-11-25T06:00'))).toBe('2026-11-25T13:00:00.000Z');
    expect(due(wish('2026-11-25T21:00'))).toBe('2026-11-26T13:00:00.000Z');
    const window = { days: ['mon', 'fri'], start: '10:00', end: '17:00' } as const;
    expect(due(wish('2026-11-25T15:30'), { window: { ...window, days: [...window.days] } })).toBe('2026-11-27T15:00:00.000Z');
    expect(due(wish('2026-11-25T06:00'), { keepsHours: false })).toBe('2026-11-25T11:00:00.000Z');
  });

  it.each([
    [null],
    ['tomorrow at five'],
    ['15:30'],
    ['2026-13-45T99:99'],
    ['2026-11-24T11:00'],
    ['2025-11-25T15:30'],
    ['2036-11-25T15:30'],
    [''],
  ])('without a time that is still to come is left to the usual wait: %s', (text) => {
    expect(due(wish(text))).toBeNull();
  });

  it('of a person whose zone nobody knows is left to the usual wait', () => {
    expect(due(wish('2026-11-25T15:30'), { zones: [] })).toBeNull();
  });
});

describe('the clock on the wall of a person', () => {
  it('is known where their zone is', () => {
    expect(wallClock(['America/New_York'], nowMs)).toBe('Tuesday, 2026-11-24, 12:00');
    expect(wallClock(['America/New_York', 'America/Detroit'], nowMs)).toBe('Tuesday, 2026-11-24, 12:00');
    expect(wallClock(['America/New_York', 'America/Chicago'], nowMs)).toBeNull();
    expect(wallClock([], nowMs)).toBeNull();
  });
});
