/** Takes everything below a frequency out of a stream of samples, by 24 dB for each octave (a Butterworth filter of the fourth order). */
export class HighPass {
  readonly #stages: readonly Stage[];

  constructor(fromHz: number, sampleRateHz: number) {
    const w = Math.tan((Math.PI * fromHz) / sampleRateHz);
    // The two pairs of poles of the fourth order.
    this.#stages = [0.5411961, 1.306563].map((quality) => new Stage(w, quality));
  }

  /** In place. */
  run(samples: Int16Array): void {
    for (let at = 0; at < samples.length; at++) {
      let value = samples[at] as number;
      for (let stage = 0; stage < this.#stages.length; stage++) value = (this.#stages[stage] as Stage).run(value);
      samples[at] = Math.max(-32_768, Math.min(32_767, value));
    }
  }
}

class Stage {
  readonly #gain: number;
  readonly #a1: number;
  readonly #a2: number;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(w: number, quality: number) {
    const norm = 1 / (1 + w / quality + w * w);
    this.#gain = norm;
    this.#a1 = 2 * (w * w - 1) * norm;
    this.#a2 = (1 - w / quality + w * w) * norm;
  }

  run(x: number): number {
    const y = this.#gain * (x - 2 * this.#x1 + this.#x2) - this.#a1 * this.#y1 - this.#a2 * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}
