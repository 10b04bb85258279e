/** Takes everything below a frequency out of a stream of samples, by 24 dB for each octave (a Butterworth filter of the fourth order). */
export class HighPass {
  readonly #first: Stage;
  readonly #second: Stage;

  constructor(fromHz: number, sampleRateHz: number) {
    const w = Math.tan((Math.PI * fromHz) / sampleRateHz);
    // The two pairs of poles of the fourth order.
    this.#first = stage(w, 0.5411961);
    this.#second = stage(w, 1.306563);
  }

  /** In place. @returns the root mean square of what is left */
  run(samples: Int16Array): number {
    const first = this.#first;
    const second = this.#second;
    const { gain: gainA, a1: a1A, a2: a2A } = first;
    const { gain: gainB, a1: a1B, a2: a2B } = second;
    // Both stages in one loop, with their memory in variables: this runs for every frame of every call.
    let { x1, x2, y1, y2 } = first;
    let { y1: z1, y2: z2 } = second;
    let energy = 0;
    for (let at = 0; at < samples.length; at++) {
      const x = samples[at] as number;
      const y = gainA * (x - 2 * x1 + x2) - a1A * y1 - a2A * y2;
      const z = gainB * (y - 2 * y1 + y2) - a1B * z1 - a2B * z2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      z2 = z1;
      z1 = z;
      const sample = z > 32_767 ? 32_767 : z < -32_768 ? -32_768 : z | 0;
      energy += sample * sample;
      samples[at] = sample;
    }
    first.x1 = x1;
    first.x2 = x2;
    first.y1 = y1;
    first.y2 = y2;
    second.y1 = z1;
    second.y2 = z2;
    return Math.sqrt(energy / samples.length);
  }
}

/** What one pair of poles needs, and remembers. What goes into the second is what came out of the first. */
interface Stage {
  readonly gain: number;
  readonly a1: number;
  readonly a2: number;
  x1: number;
  x2: number;
  y1: number;
  y2: number;
}

function stage(w: number, quality: number): Stage {
  const norm = 1 / (1 + w / quality + w * w);
  return { gain: norm, a1: 2 * (w * w - 1) * norm, a2: (1 - w / quality + w * w) * norm, x1: 0, x2: 0, y1: 0, y2: 0 };
}
