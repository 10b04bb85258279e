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

/**
 * The same for several frequencies, four at a time: each recursion waits for itself, and four of them wait side by side.
 * @param coefficients as many as a multiple of four @param powers gets one energy for each
 */
export function goertzels(samples: Float64Array, coefficients: Float64Array, powers: Float64Array): void {
  for (let at = 0; at + 3 < coefficients.length; at += 4) {
    const a = coefficients[at] as number;
    const b = coefficients[at + 1] as number;
    const c = coefficients[at + 2] as number;
    const d = coefficients[at + 3] as number;
    let a1 = 0;
    let a2 = 0;
    let b1 = 0;
    let b2 = 0;
    let c1 = 0;
    let c2 = 0;
    let d1 = 0;
    let d2 = 0;
    for (let index = 0; index < samples.length; index++) {
      const sample = samples[index] as number;
      const a0 = sample + a * a1 - a2;
      const b0 = sample + b * b1 - b2;
      const c0 = sample + c * c1 - c2;
      const d0 = sample + d * d1 - d2;
      a2 = a1;
      a1 = a0;
      b2 = b1;
      b1 = b0;
      c2 = c1;
      c1 = c0;
      d2 = d1;
      d1 = d0;
    }
    powers[at] = a1 * a1 + a2 * a2 - a * a1 * a2;
    powers[at + 1] = b1 * b1 + b2 * b2 - b * b1 * b2;
    powers[at + 2] = c1 * c1 + c2 * c2 - c * c1 * c2;
    powers[at + 3] = d1 * d1 + d2 * d2 - d * d1 * d2;
  }
}

export function goertzelCoefficient(hz: number): number {
  return 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE_HZ);
}
