import { describe, expect, it } from 'vitest';
import { axisTicks, layers, nameEvery, shareTicks, stretches } from '#renderer/features/insights/columns.ts';
import { addDays, midnight } from '#renderer/ui/days.ts';

const day = (at: number) => ({
  day: addDays('2026-09-02', at),
  dialled: 10,
  answered: 6,
  people: 4,
  won: 1,
  optOuts: 0,
  costMicros: 100,
});
const days = (many: number) => Array.from({ length: many }, (_, at) => day(at));

describe('upright bars', () => {
  it('are one for each day as long as they can be pointed at', () => {
    const bars = stretches(days(62));
    expect(bars).toHaveLength(62);
    expect(bars[0]).toMatchObject({ since: '2026-09-02', until: '2026-09-02', dialled: 10 });
  });

  it('are weeks from Monday when there are too many days, and lose no call', () => {
    const bars = stretches(days(90));
    expect(bars.length).toBeLessThan(16);
    expect(bars.reduce((sum, { dialled }) => sum + dialled, 0)).toBe(900);
    expect(bars.slice(1).map(({ since }) => midnight(since).getDay())).toEqual(bars.slice(1).map(() => 1));
    expect(bars[0]).toMatchObject({ since: '2026-09-02', until: '2026-09-06', dialled: 50, people: 20, won: 5, costMicros: 500 });
  });

  it('are layered so that the layers together are what was dialled', () => {
    expect(layers({ dialled: 10, people: 4, won: 1 })).toEqual({ won: 1, people: 3, rest: 6 });
    expect(layers({ dialled: 1, people: 0, won: 1 })).toEqual({ won: 1, people: 0, rest: 0 });
  });

  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [113, [0, 50, 100, 150]],
    [4_000, [0, 1_000, 2_000, 3_000, 4_000]],
  ])('stand on an axis of few round values, up to %d', (highest, ticks) => {
    expect(axisTicks(highest)).toEqual(ticks);
  });

  it.each([
    [0, [0, 5]],
    [0.12, [0, 5, 10, 15]],
    [0.46, [0, 20, 40, 60]],
    [1, [0, 25, 50, 75, 100]],
  ])('of shares end at all of them, up to %d', (highest, ticks) => {
    expect(shareTicks(highest).map((share) => Math.round(share * 100))).toEqual(ticks);
  });

  it('are named as often as names have room', () => {
    expect([nameEvery(7, 8), nameEvery(30, 8), nameEvery(0, 8)]).toEqual([1, 4, 1]);
  });
});
