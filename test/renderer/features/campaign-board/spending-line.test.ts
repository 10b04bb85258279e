import { describe, expect, it } from 'vitest';
import { spendingLine } from '#renderer/features/campaign-board/spending-line.ts';

describe('the picture of what was spent', () => {
  const points = [
    { at: '2026-11-24T09:00:00.000Z', costMicros: 0 },
    { at: '2026-11-24T10:00:00.000Z', costMicros: 20_000_000 },
  ];

  it('goes on as it went, and stops at the cap', () => {
    const line = spendingLine(points, { budgetMicros: 50_000_000, leftShare: 1 });
    expect(line?.endsNearMicros).toBe(40_000_000);
    expect(line?.spent.at(-1)).toEqual([0.5, 0.4]);
    expect(line?.cap).toBe(1);
    expect(spendingLine(points, { budgetMicros: 30_000_000, leftShare: 1 })?.endsNearMicros).toBe(30_000_000);
  });

  it('is not drawn before there is a line', () => {
    expect(spendingLine(points.slice(0, 1), { budgetMicros: null, leftShare: 0 })).toBeNull();
  });
});
