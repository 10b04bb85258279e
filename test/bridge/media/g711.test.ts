import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToMs, decodeMulaw, decodeSample, encodeMulaw, FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ, SILENCE } from '#bridge/media/g711.ts';

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

  it('is never further from a sample than half a step of the segment that the standard puts it in', () => {
    // Where the segments end, in 16-bit terms: four times the decision values of table 2a.
    const ends = [31, 95, 223, 479, 991, 2015, 4063, 8159].map((value) => value * 4);
    fc.assert(
      fc.property(fc.integer({ min: -32_635, max: 32_635 }), (sample) => {
        const segment = ends.findIndex((end) => Math.abs(sample) < end);
        const value = decodeSample(encodeMulaw(Int16Array.of(sample))[0] ?? 0);
        expect(Math.abs(value - sample)).toBeLessThanOrEqual(4 << segment);
      }),
    );
  });

  it('never turns a louder sample into a quieter one', () => {
    const values = decodeMulaw(encodeMulaw(Int16Array.from({ length: 65_536 }, (_, at) => at - 32_768)));
    expect(values.findIndex((value, at) => value < (values[at - 1] ?? -40_000))).toBe(-1);
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
