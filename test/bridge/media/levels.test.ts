import { describe, expect, it } from 'vitest';
import { peakLevel, rmsLevel, SILENT_DBFS, toDbfs } from '#bridge/media/levels.ts';
import { silence, tone } from '#test/support/tones.ts';

describe('levels of mu-law', () => {
  it('measures a sine as its peak and its peak divided by the square root of two', () => {
    const sine = tone(500, 20, 0.5);
    expect(peakLevel(sine)).toBeCloseTo(0.5, 1);
    expect(rmsLevel(sine)).toBeCloseTo(0.5 / Math.SQRT2, 2);
    expect(toDbfs(rmsLevel(sine))).toBeCloseTo(-9, 0);
  });

  it('measures silence as nothing, and no bytes too', () => {
    expect([peakLevel(silence(20)), rmsLevel(silence(20)), rmsLevel(new Uint8Array(0))]).toEqual([0, 0, 0]);
    expect(toDbfs(0)).toBe(SILENT_DBFS);
  });

  it('measures the loudest code just under full scale', () => {
    expect(peakLevel(Uint8Array.of(0xff, 0x00))).toBeCloseTo(0.98, 2);
  });
});
