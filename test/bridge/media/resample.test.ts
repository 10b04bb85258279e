import { describe, expect, it } from 'vitest';
import { createResampler } from '#bridge/media/resample.ts';

function sine(hz: number, rateHz: number, samples: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) => Math.round(10_000 * Math.sin((2 * Math.PI * hz * at) / rateHz)));
}

async function resampled(input: Int16Array, fromHz: number, pieceLength = input.length): Promise<Int16Array> {
  const resampler = await createResampler({ fromHz, toHz: 8000 });
  const pieces: number[] = [];
  for (let at = 0; at < input.length; at += pieceLength) pieces.push(...resampler.process(input.subarray(at, at + pieceLength)));
  pieces.push(...resampler.flush());
  resampler.close();
  resampler.close();
  return Int16Array.from(pieces);
}

describe('a resampler', () => {
  it.each([16_000, 24_000])('brings a tone from %i Hz down to 8 kHz where it was and as loud as it was', async (fromHz) => {
    const output = await resampled(sine(440, fromHz, fromHz), fromHz);
    const expected = sine(440, 8000, 8000);
    expect(Math.abs(output.length - 8000)).toBeLessThanOrEqual(2);
    let worst = 0;
    for (let at = 200; at < 7800; at++) worst = Math.max(worst, Math.abs((output[at] ?? 0) - (expected[at] ?? 0)));
    expect(worst).toBeLessThan(150);
  });

  it('removes what 8 kHz cannot carry instead of folding it down', async () => {
    const output = await resampled(sine(6000, 16_000, 16_000), 16_000);
    expect(Math.max(...output.subarray(400, 7600).map(Math.abs))).toBeLessThan(100);
  });

  it('gives the same samples whatever the pieces are', async () => {
    const input = sine(300, 24_000, 20_000);
    const whole = await resampled(input, 24_000);
    expect(await resampled(input, 24_000, 481)).toEqual(whole);
    expect(await resampled(input, 24_000, 7)).toEqual(whole);
  });

  it('refuses a rate that is none', async () => {
    await expect(createResampler({ fromHz: 0, toHz: 8000 })).rejects.toThrow('positive integer');
  });

  it('refuses to work once it is closed', async () => {
    const resampler = await createResampler({ fromHz: 16_000, toHz: 8000 });
    resampler.close();
    expect(() => resampler.process(new Int16Array(10))).toThrow('closed');
  });
});
