import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToMs, decodeMulaw, decodeSample, encodeMulaw, FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ, SILENCE } from '#bridge/media/g711.ts';

/** The formula of the standard, written down a second time and plainly: the nearest of the 256 values that a code can mean. */
function nearestValue(sample: number): number {
  let best = 0;
  for (let code = 0; code < 256; code++) {
    if (Math.abs(decodeSample(code) - sample) < Math.abs(decodeSample(best) - sample)) best = code;
  }
  return decodeSample(best);
}

describe('mu-law', () => {
  it('decodes the reference values of the standard', () => {
    const codes = Uint8Array.of(0xff, 0x7f, 0x00, 0x80, 0xfe, 0x7e, 0xf0, 0xef, 0x8f);
    expect([...decodeMulaw(codes)]).toEqual([0, 0, -32124, 32124, 8, -8, 120, 132, 16764]);
  });

  it('encodes silence as 0xFF and clips what is too loud to the loudest codes', () => {
    expect([...encodeMulaw(Int16Array.of(0, 32767, -32768, 32635, -32635))]).toEqual([SILENCE, 0x80, 0x00, 0x80, 0x00]);
  });

  it('gives every code back after a round trip, but for the second zero', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const expected = codes.slice();
    expected[0x7f] = SILENCE;
    expect([...encodeMulaw(decodeMulaw(codes))]).toEqual([...expected]);
  });

  it('chooses the nearest value for every sample', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32768, max: 32767 }), (sample) => {
        const [code] = encodeMulaw(Int16Array.of(sample));
        expect(Math.abs(decodeSample(code ?? 0) - sample)).toBe(Math.abs(nearestValue(sample) - sample));
      }),
    );
  });

  it('never turns a louder sample into a quieter one', () => {
    let before = -40000;
    for (let sample = -32768; sample <= 32767; sample++) {
      const value = decodeSample(encodeMulaw(Int16Array.of(sample))[0] ?? 0);
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
  });

  it('writes into the array that it is given', () => {
    const samples = new Int16Array(200).fill(7);
    expect(decodeMulaw(new Uint8Array(FRAME_BYTES), samples)).toBe(samples);
    expect([samples[159], samples[160]]).toEqual([-32124, 7]);
  });

  it('counts 160 bytes as 20 ms', () => {
    expect(bytesToMs(FRAME_BYTES)).toBe(FRAME_MS);
    expect(bytesToMs(SAMPLE_RATE_HZ)).toBe(1000);
  });
});
