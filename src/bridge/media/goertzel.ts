import { SAMPLE_RATE_HZ } from './g711.ts';

/** Energy of one frequency in a frame, by Goertzel's recursion. No allocation. @param coefficient of {@link goertzelCoefficient} */
export function goertzel(samples: Float64Array, coefficient: number): number {
  let before = 0;
  let last = 0;
  for (let at = 0; at < samples.length; at++) {
    const now = (samples[at] as number) + coefficient * last - before;
    before = last;
    last = now;
  }
  return last * last + before * before - coefficient * last * before;
}

export function goertzelCoefficient(hz: number): number {
  return 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE_HZ);
}
