import { describe, expect, it } from 'vitest';
import { closedBreaker, mayTry, stepBreaker } from '#bridge/engines/provider-breaker.ts';

const fault = { type: 'failed', cause: 'cut', lasting: false } as const;

describe('the breaker of a provider', () => {
  it('forgives single faults and opens at the third within half a minute', () => {
    let state = stepBreaker(closedBreaker, fault, 0);
    state = stepBreaker(state, fault, 20_000);
    state = stepBreaker(state, fault, 40_000);
    expect(mayTry(state, 40_001)).toBe(true);
    state = stepBreaker(state, fault, 45_000);
    expect(mayTry(state, 45_001)).toBe(false);
  });

  it('lets one call try again after the pause, and all of them when that went well', () => {
    let state = stepBreaker(closedBreaker, { type: 'held', cause: 'too many requests', forMs: 5_000 }, 0);
    expect(mayTry(state, 4_999)).toBe(false);
    expect(mayTry(state, 5_000)).toBe(true);
    state = stepBreaker(state, { type: 'probe' }, 5_000);
    expect(mayTry(state, 5_001)).toBe(false);
    expect(stepBreaker(state, { type: 'worked' }, 6_000)).toEqual(closedBreaker);
  });

  it('waits longer each time that a try goes wrong, but never for ever', () => {
    let state = closedBreaker;
    let nowMs = 0;
    const pauses: number[] = [];
    for (let round = 0; round < 8; round++) {
      if (round === 0) for (let count = 0; count < 3; count++) state = stepBreaker(state, fault, nowMs);
      else state = stepBreaker(stepBreaker(state, { type: 'probe' }, nowMs), fault, nowMs);
      pauses.push(state.untilMs - nowMs);
      nowMs = state.untilMs;
    }
    expect(pauses[1]).toBeGreaterThan(pauses[0] ?? 0);
    expect(Math.max(...pauses)).toBe(120_000);
  });

  it('holds a provider whose key is refused for minutes, after one fault', () => {
    const state = stepBreaker(closedBreaker, { ...fault, lasting: true }, 0);
    expect(mayTry(state, 4 * 60_000)).toBe(false);
    expect(mayTry(state, 6 * 60_000)).toBe(true);
  });

  it('does not believe a late success of a call that began before it opened', () => {
    const state = stepBreaker(closedBreaker, { ...fault, lasting: true }, 0);
    expect(stepBreaker(state, { type: 'worked' }, 10)).toEqual(state);
  });

  it('gives up a probe of which nothing is heard', () => {
    let state = stepBreaker(closedBreaker, { type: 'held', cause: 'x', forMs: 1_000 }, 0);
    state = stepBreaker(state, { type: 'probe' }, 1_000);
    expect(mayTry(state, 20_000)).toBe(true);
  });
});
