import { decodeSample, FRAME_BYTES } from './g711.ts';
import { goertzel, goertzelCoefficient, goertzels } from './goertzel.ts';

const fromHz = 350;
const stepHz = 50;
/** 350 to 2300 Hz; what lies above 2200 is only there to see where a peak ends. */
const bins = 40;
/** Quieter than about -42 dBFS is nothing that a line plays to us. */
const floorRms = 250;

const window = Float64Array.from({ length: FRAME_BYTES }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / FRAME_BYTES));
const coefficients = Float64Array.from({ length: bins }, (_, bin) => goertzelCoefficient(fromHz + bin * stepHz));
/** What a pure tone on a bin gives, for a mean square of one. */
const windowSum = window.reduce((sum, value) => sum + value, 0);
const windowPower = window.reduce((sum, value) => sum + value * value, 0);

/**
 * 20 ms of a line, looked at for one single tone between 350 and 2200 Hz. On the audio path; allocates nothing for a frame.
 */
export class ToneFrame {
  readonly #samples = new Float64Array(FRAME_BYTES);
  readonly #powers = new Float64Array(bins);
  /** Share of the frame's energy that one tone explains, 0 to 1; 0 when the frame is quiet. */
  purity = 0;
  /** The strongest frequency, to about 5 Hz for a pure tone; 0 when the frame is quiet. */
  hz = 0;
  rms = 0;

  /** @param bytes 160 bytes of mu-law */
  look(bytes: Uint8Array): void {
    const samples = this.#samples;
    let sum = 0;
    for (let at = 0; at < FRAME_BYTES; at++) sum += decodeSample(bytes[at] as number);
    const mean = sum / FRAME_BYTES;
    let energy = 0;
    let windowed = 0;
    for (let at = 0; at < FRAME_BYTES; at++) {
      const sample = decodeSample(bytes[at] as number) - mean;
      energy += sample * sample;
      const value = sample * (window[at] as number);
      windowed += value * value;
      samples[at] = value;
    }
    this.rms = Math.sqrt(energy / FRAME_BYTES);
    this.purity = 0;
    this.hz = 0;
    if (this.rms < floorRms) return;
    let peak = 0;
    goertzels(samples, coefficients, this.#powers);
    for (let bin = 0; bin < bins; bin++) {
      if ((this.#powers[bin] as number) > (this.#powers[peak] as number)) peak = bin;
    }
    this.hz = fromHz + stepHz * (peak + this.#offset(peak));
    const power = goertzel(samples, goertzelCoefficient(this.hz));
    // A sine of amplitude a has the power (a/2 * sum of the window)^2 here, and an energy of a^2/2 * power of the window.
    this.purity = Math.min(1, (2 * power * windowPower) / (windowSum * windowSum * windowed));
  }

  /** Where between its neighbours the peak lies, by the parabola through the logarithms of all three. */
  #offset(peak: number): number {
    if (peak === 0 || peak === bins - 1) return 0;
    const low = Math.log((this.#powers[peak - 1] as number) + 1);
    const high = Math.log((this.#powers[peak + 1] as number) + 1);
    const middle = Math.log((this.#powers[peak] as number) + 1);
    const bend = low - 2 * middle + high;
    return bend === 0 ? 0 : (0.5 * (low - high)) / bend;
  }
}
