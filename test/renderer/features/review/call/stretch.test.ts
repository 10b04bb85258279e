import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileTime, readTime, type Stretch, stretchAt, stretchUrl, tenths, withEdge } from '#renderer/features/review/call/stretch.ts';

const durationMs = 60_000;
const lines = [
  { startMs: 1_000, endMs: 4_000 },
  { startMs: 3_500, endMs: 6_000 },
];

describe('a clip', () => {
  it('begins as the line that is said, the later one of two that overlap, with a little around it', () => {
    expect(stretchAt(2_000, lines, durationMs)).toEqual({ fromMs: 900, toMs: 4_100 });
    expect(stretchAt(3_600, lines, durationMs)).toEqual({ fromMs: 3_400, toMs: 6_100 });
    expect(stretchAt(600, lines, durationMs)).toEqual({ fromMs: 900, toMs: 4_100 });
  });

  it('begins as some seconds around where nobody speaks, within the recording', () => {
    expect(stretchAt(30_000, lines, durationMs)).toEqual({ fromMs: 25_000, toMs: 35_000 });
    expect(stretchAt(0, [], durationMs)).toEqual({ fromMs: 0, toMs: 5_000 });
    expect(stretchAt(60_000, [], durationMs)).toEqual({ fromMs: 55_000, toMs: 60_000 });
  });

  it('keeps its ends apart, in order and inside, wherever they are put', () => {
    const anywhere = fc.integer({ min: -100_000, max: 200_000 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: durationMs, noNaN: true }), fc.array(fc.tuple(fc.boolean(), anywhere)), (atMs, moves) => {
        let stretch: Stretch = stretchAt(atMs, lines, durationMs);
        for (const [isFrom, ms] of moves) stretch = withEdge(stretch, isFrom ? 'fromMs' : 'toMs', ms, durationMs);
        const { fromMs, toMs } = stretch;
        return Number.isInteger(fromMs) && Number.isInteger(toMs) && fromMs >= 0 && toMs <= durationMs && toMs - fromMs >= 200;
      }),
    );
  });

  it('goes where an end is put, and the other end gives way', () => {
    expect(withEdge({ fromMs: 1_000, toMs: 3_000 }, 'fromMs', 500.4, durationMs)).toEqual({ fromMs: 500, toMs: 3_000 });
    expect(withEdge({ fromMs: 1_000, toMs: 3_000 }, 'fromMs', 2_950, durationMs)).toEqual({ fromMs: 2_950, toMs: 3_150 });
    expect(withEdge({ fromMs: 1_000, toMs: 3_000 }, 'toMs', 100, durationMs)).toEqual({ fromMs: 0, toMs: 200 });
    expect(withEdge({ fromMs: 1_000, toMs: 3_000 }, 'toMs', 90_000, durationMs)).toEqual({ fromMs: 1_000, toMs: 60_000 });
  });
});

describe('a time', () => {
  it.each([
    ['1:02.5', 62_500],
    ['0:07', 7_000],
    ['12', 12_000],
    ['12,25', 12_250],
    [' 75.5 ', 75_500],
    ['10:00', 600_000],
    ['1:75', null],
    ['', null],
    ['a', null],
    ['1:', null],
    ['-3', null],
  ])('%j is read as %j ms', (text, ms) => {
    expect(readTime(text)).toBe(ms);
  });

  it('is the same after it was written and read, to the tenth', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 6_000_000 }), (ms) => Math.abs((readTime(tenths(ms)) ?? Number.NaN) - ms) <= 50));
    expect(tenths(59_960)).toBe('1:00.0');
  });

  it('stands in names of files and in addresses', () => {
    expect(fileTime(67_900)).toBe('1m07s');
    expect(stretchUrl('/recordings/call_1.wav?ticket=t', { fromMs: 5, toMs: 900 })).toBe(
      '/recordings/call_1.wav?ticket=t&fromMs=5&toMs=900',
    );
  });
});
