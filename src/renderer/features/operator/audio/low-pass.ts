/** What telephones carry. */
export const lineRate = 8_000;
/** Speech up to here passes whole; from 4 kHz on, which would fold back into the speech, nothing does. */
const passHz = 3_400;
const stopHz = 4_000;
/** Of the window: 70 dB between what passes and what does not. */
const kaiserBeta = 6.76;
const kaiserWidth = 4.32;

/** A low pass and a change of the rate to 8 kHz in one: for each phase of an output sample between two input samples, its taps. */
export interface LowPass {
  /** Output sample n lies at input sample n * step / phases. */
  readonly step: number;
  readonly phases: number;
  /** Taps of one phase. */
  readonly length: number;
  /** One phase after the other. */
  readonly taps: Float32Array;
}

/** @param rate of the microphone's context, Hz @throws {RangeError} below 8 kHz */
export function lowPass(rate: number): LowPass {
  if (!Number.isInteger(rate) || rate < lineRate) throw new RangeError(`A microphone at ${rate} Hz cannot be used.`);
  const common = greatestCommon(rate, lineRate);
  const [step, phases] = [rate / common, lineRate / common];
  // Nothing is to be cut off of what has the line's own rate.
  const cutoff = rate === lineRate ? 0.5 : (passHz + stopHz) / 2 / rate;
  const half = rate === lineRate ? 1 : Math.ceil((kaiserWidth * rate) / (stopHz - passHz) / 2);
  const length = 2 * half;
  const taps = new Float32Array(length * phases);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < length; tap++) {
      const at = tap - half + phase / phases;
      const value = 2 * cutoff * sinc(2 * cutoff * at) * kaiser(at / half);
      taps[phase * length + tap] = value;
      sum += value;
    }
    // Each phase is equally loud, so that a steady tone stays steady.
    for (let tap = 0; tap < length; tap++) taps[phase * length + tap] = (taps[phase * length + tap] ?? 0) / sum;
  }
  return { step, phases, length, taps };
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kaiser = (x: number) => (Math.abs(x) > 1 ? 0 : bessel(kaiserBeta * Math.sqrt(1 - x * x)) / bessel(kaiserBeta));

/** Modified, first kind, order zero. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-9; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}
