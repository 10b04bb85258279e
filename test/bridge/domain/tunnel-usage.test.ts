import { describe, expect, it } from 'vitest';
import { countedOn, forecastOf } from '#bridge/domain/tunnel-usage.ts';

const at = (text: string) => Date.parse(text);

describe('what a month takes of the tunnel', () => {
  it('adds up within a month and begins anew with the next', () => {
    const first = countedOn(null, { requests: 10, bytes: 100 }, at('2026-11-10T00:00:00Z'));
    const second = countedOn(first, { requests: 5, bytes: 50 }, at('2026-11-30T23:59:59Z'));
    expect(second).toEqual({ month: '2026-11', sinceMs: at('2026-11-10T00:00:00Z'), requests: 15, bytes: 150 });
    expect(countedOn(second, { requests: 1, bytes: 2 }, at('2026-12-01T00:00:00Z'))).toMatchObject({
      month: '2026-12',
      requests: 1,
      bytes: 2,
    });
  });

  it('forecasts the rest of the month by the part that was counted', () => {
    const since = at('2026-11-01T00:00:00Z');
    expect(forecastOf(10_000, since, at('2026-11-16T00:00:00Z'))).toBe(20_000);
    expect(forecastOf(10_000, at('2026-11-11T00:00:00Z'), at('2026-11-21T00:00:00Z'))).toBe(20_000);
  });

  it('does not multiply a first minute into a month', () => {
    const since = at('2026-11-01T00:00:00Z');
    expect(forecastOf(60, since, since + 60_000)).toBeLessThanOrEqual(60 * 31);
  });
});
