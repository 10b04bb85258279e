import { decodeMulaw, FRAME_BYTES } from './g711.ts';
import { goertzel, goertzelCoefficient, goertzels } from './goertzel.ts';

const fromHz = 350;
const stepHz = 50;
/** 350 to 2300 Hz; what lies above 2200 is only there to see where a peak ends. */
const bins = 40;
/** Quieter than about -42 dBFS is nothing that a line plays to us. */
const floorRms = 250;
/**
 * A single tone that makes up six sevenths of the sound can be predicted from two samples to within a third of its energy, whatever its
 * frequency. What cannot be is none, and is not looked at any further.
 */
const mostUnpredicted = 0.42;

const window = Float64Array.from({ length: FRAME_BYTES }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / FRAME_BYTES));
/** Every second bin: the window is wide enough that no tone falls between two of them. */
const coarse = 2;
const coarseCoefficients = Float64Array.from({ length: bins / coarse }, (_, at) => goertzelCoefficient(fromHz + at * coarse * stepHz));
const coefficients = Float64Array.from({ length: bins }, (_, bin) => goertzelCoefficient(fromHz + bin * stepHz));
/** What a pure tone on a bin gives, for a mean square of one. */
const windowSum = window.reduce((sum, value) => sum + value, 0);
const windowPower = window.reduce((sum, value) => sum + value * value, 0);

/**
 * 20 ms of a line, looked at for one single tone between 350 and 2200 Hz. On the audio path; allocates nothing for a frame.
 */
export class ToneFrame {
  readonly #decoded = new Int16Array(FRAME_BYTES);
  readonly #samples = new Float64Array(FRAME_BYTES);
  readonly #powers = new Float64Array(bins / coarse);
  /** Share of the frame's energy that one tone explains, 0 to 1; 0 when the frame is quiet, or certainly no tone. */
  purity = 0;
  /** The strongest frequency, to about 5 Hz for a pure tone; 0 when the frame is quiet, or certainly no tone. */
  hz = 0;
  rms = 0;

  /** @param bytes 160 bytes of mu-law */
  look(bytes: Uint8Array): void {
    const samples = this.#samples;
    const decoded = decodeMulaw(bytes, this.#decoded);
    let sum = 0;
    for (let at = 0; at < FRAME_BYTES; at++) sum += decoded[at] as number;
    const mean = sum / FRAME_BYTES;
    // With its products by the samples one and two before, of which a prediction is made.
    let energy = 0;
    let byNext = 0;
    let bySecond = 0;
    let last = 0;
    let secondLast = 0;
    for (let at = 0; at < FRAME_BYTES; at++) {
      const sample = (decoded[at] as number) - mean;
      energy += sample * sample;
      byNext += sample * last;
      bySecond += sample * secondLast;
      secondLast = last;
      last = sample;
    }
    this.rms = Math.sqrt(energy / FRAME_BYTES);
    this.purity = 0;
    this.hz = 0;
    if (this.rms < floorRms || unpredicted(byNext / energy, bySecond / energy) > mostUnpredicted) return;
    let windowed = 0;
    for (let at = 0; at < FRAME_BYTES; at++) {
      const value = ((decoded[at] as number) - mean) * (window[at] as number);
      windowed += value * value;
      samples[at] = value;
    }
    const peak = this.#peak(samples);
    this.hz = fromHz + stepHz * (peak + this.#offset(samples, peak));
    const power = goertzel(samples, goertzelCoefficient(this.hz));
    // A sine of amplitude a has the power (a/2 * sum of the window)^2 here, and an energy of a^2/2 * power of the window.
    this.purity = Math.min(1, (2 * power * windowPower) / (windowSum * windowSum * windowed));
  }

  /** The strongest bin of all. */
  #peak(samples: Float64Array): number {
    const powers = this.#powers;
    goertzels(samples, coarseCoefficients, powers);
    let strongest = 0;
    for (let at = 1; at < powers.length; at++) if ((powers[at] as number) > (powers[strongest] as number)) strongest = at;
    const middle = strongest * coarse;
    let peak = middle;
    let most = powers[strongest] as number;
    for (const bin of [middle - 1, middle + 1]) {
      if (bin < 0 || bin >= bins) continue;
      const power = goertzel(samples, coefficients[bin] as number);
      if (power <= most) continue;
      most = power;
      peak = bin;
    }
    return peak;
  }

  /** Where between its neighbours the peak lies, by the parabola through the logarithms of all three. */
  #offset(samples: Float64Array, peak: number): number {
    if (peak === 0 || peak === bins - 1) return 0;
    const low = Math.log(goertzel(samples, coefficients[peak - 1] as number) + 1);
    const middle = Math.log(goertzel(samples, coefficients[peak] as number) + 1);
    const high = Math.log(goertzel(samples, coefficients[peak + 1] as number) + 1);
    const bend = low - 2 * middle + high;
    return bend === 0 ? 0 : (0.5 * (low - high)) / bend;
  }
}

/** Share of the energy that the best prediction from the last two samples leaves over. @param first, second correlations, -1 to 1 */
function unpredicted(first: number, second: number): number {
  const left = 1 - first * first;
  if (left <= 0) return 0;
  const reflection = (second - first * first) / left;
  return left * (1 - reflection * reflection);
}
