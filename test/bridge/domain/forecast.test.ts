import { describe, expect, it } from 'vitest';
import { expectedAttempts, forecast, lineTimeMs, usualMix } from '#bridge/domain/forecast.ts';

const input = {
  leads: 1_000,
  lines: 10,
  callsPerSecond: 1,
  ringTimeoutMs: 30_000,
  maxCallMs: 300_000,
  maxAttempts: 3,
  hoursPerWeek: 55,
  costOfMicros: (maxCallMs: number) => Math.ceil(maxCallMs / 60_000) * 100_000,
};

describe('a forecast', () => {
  it('holds a line 45.4 seconds an attempt with the usual list', () => {
    expect(lineTimeMs(usualMix, 30_000, 300_000)).toBeCloseTo(45_400, -2);
  });

  it('counts the attempts until somebody answers or the attempts are used up', () => {
    expect(expectedAttempts(0.2, 3)).toBeCloseTo(2.44, 2);
    expect(expectedAttempts(0.2, 6)).toBeCloseTo(3.69, 2);
    expect(expectedAttempts(0, 4)).toBe(4);
  });

  it('tells attempts, time on the calendar, likely cost and the bound of one call', () => {
    const told = forecast(input);
    expect(told.attempts).toBe(2_440);
    expect(told.durationMs / 3_600_000).toBeCloseTo(3.08, 1);
    expect(told.costMicros).toBe(Math.round(2_440 * (0.2 * 200_000 + 0.35 * 100_000)));
    expect(told.maxCallCostMicros).toBe(500_000);
  });

  it('spreads what does not fit into one day over the open days of the week', () => {
    const hours = forecast({ ...input, lines: 1, hoursPerWeek: 40 }).durationMs / 3_600_000;
    expect(hours).toBeCloseTo((2_440 / 79.3) * (168 / 40), -1);
  });

  it('is limited by calls per second when there are many lines', () => {
    expect(forecast({ ...input, lines: 200, callsPerSecond: 1 }).durationMs).toBe(2_440_000);
  });

  it('is nothing for nobody', () => {
    expect(forecast({ ...input, leads: 0 })).toMatchObject({ attempts: 0, durationMs: 0, costMicros: 0 });
  });
});
