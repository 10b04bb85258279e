import { describe, expect, it } from 'vitest';
import { besideLastGood } from '#renderer/features/live-board/hops.ts';

describe('the first word of a call', () => {
  it('is called faster or slower than that of the last good one only where an ear would notice', () => {
    expect(besideLastGood(88, 39)).toBe('as soon');
    expect(besideLastGood(10, 109)).toBe('as soon');
    expect(besideLastGood(10, 110)).toBe('faster');
    expect(besideLastGood(700, 600)).toBe('slower');
  });
});
