/** 32 ms: a pitch period of a deep voice fits in twice. */
const size = 256;
const mostOrder = 10;

const window = Float64Array.from({ length: size }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / size));

/**
 * How well the newest sound can be predicted from itself (linear prediction, by the Levinson-Durbin recursion). Noise hardly can, a few
 * tones almost perfectly; a voice lies between.
 */
export class Predictability {
  #before: Int16Array = new Int16Array(0);
  #newest: Int16Array = new Int16Array(0);
  readonly #windowed = new Float64Array(size);
  readonly #correlation = new Float64Array(mostOrder + 1);
  readonly #coefficients = new Float64Array(mostOrder + 1);
  readonly #next = new Float64Array(mostOrder + 1);
  /** Gain of each order in decibels; worked out when it is asked for. */
  readonly #gains = new Float64Array(mostOrder + 1);
  #isFresh = false;

  /**
   * The sound goes on. Nothing is copied: it costs nothing until a gain is asked for.
   * @param before the frame that came before, or silence @param newest both together at least 256 samples, unchanged while gains are asked for
   */
  add(before: Int16Array, newest: Int16Array): void {
    this.#before = before;
    this.#newest = newest;
    this.#isFresh = false;
  }

  /** By how much a prediction from so many samples is better than none. @param order 1 to 10 @returns decibels; 0 for silence */
  gainDb(order: number): number {
    if (!this.#isFresh) this.#predict();
    return this.#gains[order] as number;
  }

  #predict(): void {
    this.#isFresh = true;
    this.#gains.fill(0);
    const correlation = this.#correlation;
    const windowed = this.#windowed;
    const before = this.#before;
    const newest = this.#newest;
    const older = size - newest.length;
    const from = before.length - older;
    for (let at = 0; at < older; at++) windowed[at] = (before[from + at] as number) * (window[at] as number);
    for (let at = older; at < size; at++) windowed[at] = (newest[at - older] as number) * (window[at] as number);
    for (let lag = 0; lag <= mostOrder; lag++) {
      let sum = 0;
      for (let at = lag; at < size; at++) sum += (windowed[at] as number) * (windowed[at - lag] as number);
      correlation[lag] = sum;
    }
    const energy = correlation[0] as number;
    if (energy < 1) return;
    // A trace of white noise keeps the division sound.
    let error = energy * (1 + 1e-7);
    const now = this.#coefficients;
    const next = this.#next;
    now.fill(0);
    next.fill(0);
    now[0] = 1;
    for (let order = 1; order <= mostOrder; order++) {
      let sum = 0;
      for (let at = 0; at < order; at++) sum += (now[at] as number) * (correlation[order - at] as number);
      const reflection = -sum / error;
      for (let at = 0; at <= order; at++) next[at] = (now[at] as number) + reflection * (now[order - at] as number);
      now.set(next);
      error *= 1 - reflection * reflection;
      this.#gains[order] = 10 * Math.log10(energy / error);
    }
  }
}
