import { describe, expect, it } from 'vitest';
import { dtmfTones } from '#bridge/media/dtmf.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import { peakLevel } from '#bridge/media/levels.ts';
import { rms, speechStretches, toneShare } from '#test/support/audio.ts';

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];

/** Which key a receiver would hear: the strongest row and column. */
function heard(samples: Int16Array, fromMs: number): string {
  const strongest = (tones: readonly number[]) =>
    tones
      .map((hz) => toneShare(samples, hz, fromMs, fromMs + 100))
      .reduce((best, share, at, all) => (share > (all[best] ?? 0) ? at : best), 0);
  return ['123A', '456B', '789C', '*0#D'][strongest(rows)]?.[strongest(columns)] ?? '?';
}

describe('digits as sound', () => {
  it('can be told apart by a receiver, every one', () => {
    const keys = '0123456789*#ABCD';
    const samples = decodeMulaw(dtmfTones(keys));
    expect(samples).toHaveLength(keys.length * 1600);
    expect([...keys].map((_, at) => heard(samples, at * 200)).join('')).toBe(keys);
  });

  it('holds both tones and little else', () => {
    const samples = decodeMulaw(dtmfTones('5'));
    const low = toneShare(samples, 770, 5, 95);
    const high = toneShare(samples, 1336, 5, 95);
    expect(low + high).toBeGreaterThan(0.97);
    expect(10 * Math.log10(high / low)).toBeCloseTo(2, 0);
  });

  it('sounds 100 ms and is silent 100 ms', () => {
    expect(speechStretches(decodeMulaw(dtmfTones('12')), { joinMs: 50 })).toEqual([
      { startMs: 0, endMs: 100 },
      { startMs: 200, endMs: 300 },
    ]);
    expect(rms(decodeMulaw(dtmfTones('1')), 100, 200)).toBe(0);
  });

  it('waits half a second for w, a whole one for W, and passes over what is no key', () => {
    expect(speechStretches(decodeMulaw(dtmfTones('w1xW2')))).toEqual([
      { startMs: 500, endMs: 600 },
      { startMs: 1700, endMs: 1800 },
    ]);
    expect(dtmfTones('')).toHaveLength(0);
  });

  it('does not clip', () => {
    expect(peakLevel(dtmfTones('0123456789'))).toBeLessThan(0.7);
  });
});
