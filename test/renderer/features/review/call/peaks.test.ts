import { describe, expect, it } from 'vitest';
import { bars, bucketFor, fullScale, type Peaks, silences, ticks } from '#renderer/features/review/call/peaks.ts';

/** `x` is loud, `.` is silent; 100 ms each. */
const peaksOf = (lead: string, ours: string): Peaks => {
  const values = (lane: string) => [...lane].map((sign) => (sign === 'x' ? 200 : 0));
  return { durationMs: lead.length * 100, bucketMs: 100, lead: values(lead), ours: values(ours) };
};

describe('the bars of a recording', () => {
  it('show each side where it spoke', () => {
    const peaks = peaksOf('xx..', '..xx');
    const drawn = bars(peaks, fullScale(peaks), 0, 40, 0.1, 10);
    expect(drawn.map(({ x, lead, ours }) => [x, lead, ours])).toEqual([
      [0, 1, 0],
      [10, 1, 0],
      [20, 0, 1],
      [30, 0, 1],
    ]);
  });

  it('stand on the same grid wherever the picture begins', () => {
    const peaks = peaksOf('x'.repeat(100), '.'.repeat(100));
    const whole = bars(peaks, 200, 0, 1_000, 0.1, 4);
    const part = bars(peaks, 200, 333, 400, 0.1, 4);
    expect(whole).toEqual(expect.arrayContaining([...part]));
    expect(part[0]?.x).toBe(332);
  });

  it('end with the recording', () => {
    expect(bars(peaksOf('x', 'x'), 200, 0, 5_000, 0.1, 5)).toHaveLength(2);
  });

  it('do not blow the noise of the line up to speech', () => {
    const quiet: Peaks = { durationMs: 200, bucketMs: 100, lead: [2, 3], ours: [0, 0] };
    expect(bars(quiet, fullScale(quiet), 0, 20, 0.1, 10).every(({ lead }) => lead === 0)).toBe(true);
  });
});

describe('the silence of a recording', () => {
  it('is where neither side speaks for long, with a margin around the words', () => {
    const peaks = peaksOf(`xx${'.'.repeat(20)}x`, `.${'.'.repeat(20)}xx`);
    expect(silences(peaks)).toEqual([{ fromMs: 450, toMs: 1_850 }]);
  });

  it('leaves the pauses of talking alone', () => {
    expect(silences(peaksOf('xx.......xx', '...........'))).toEqual([]);
  });

  it('reaches to both ends where nobody speaks there', () => {
    const rest = '.'.repeat(15);
    expect(silences(peaksOf(`${rest}x${rest}`, `${rest}.${rest}`))).toEqual([
      { fromMs: 0, toMs: 1_250 },
      { fromMs: 1_850, toMs: 3_100 },
    ]);
  });
});

describe('the size of the picture', () => {
  it('keeps buckets fine for short calls and few for long ones', () => {
    expect(bucketFor(30_000)).toBe(20);
    expect(bucketFor(3_600_000)).toBe(300);
    expect(bucketFor(360_000_000)).toBe(1_000);
  });

  it('puts times on round seconds, far enough apart', () => {
    expect(ticks(25_000, 1_000 / 25_000)).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000]);
    expect(ticks(252_000, 1_000 / 252_000).slice(0, 3)).toEqual([0, 30_000, 60_000]);
  });
});
