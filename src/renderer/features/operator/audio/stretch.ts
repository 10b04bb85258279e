const frameSamples = 160;
/** Of input for each frame of output: half as fast again. */
const hop = 240;
const overlap = 80;
/** How far a piece may be moved so that it goes on where the last one was. */
const searched = 40;

/**
 * Plays speech half as fast again at its own pitch: pieces are cut out of it and joined where they fit best. 8 kHz.
 *
 * @see https://en.wikipedia.org/wiki/PSOLA (waveform-similarity overlap-add)
 */
export class Stretch {
  #input = new Float32Array(0);
  #tail: Float32Array | null = null;

  /** @param samples 20 ms @returns frames of 20 ms that are ready, about two for each three */
  push(samples: Float32Array): readonly Float32Array[] {
    const joined = new Float32Array(this.#input.length + samples.length);
    joined.set(this.#input);
    joined.set(samples, this.#input.length);
    this.#input = joined;
    const frames: Float32Array[] = [];
    while (this.#input.length >= hop + searched + overlap) {
      frames.push(this.#piece());
      this.#input = this.#input.slice(hop);
    }
    return frames;
  }

  #piece(): Float32Array {
    const input = this.#input;
    const tail = this.#tail;
    const start = tail === null ? 0 : bestFit(input, tail);
    const frame = input.slice(start, start + frameSamples);
    if (tail !== null) {
      for (let at = 0; at < overlap; at++) {
        const share = at / overlap;
        frame[at] = (tail[at] ?? 0) * (1 - share) + (frame[at] ?? 0) * share;
      }
    }
    // What would have come next is faded into the next piece.
    this.#tail = input.slice(start + frameSamples, start + frameSamples + overlap);
    return frame;
  }
}

/** Where in the first samples the input is most like what came last. */
function bestFit(input: Float32Array, tail: Float32Array): number {
  let [best, found] = [Number.NEGATIVE_INFINITY, 0];
  for (let start = 0; start <= searched; start++) {
    let [product, energy] = [0, 1e-9];
    for (let at = 0; at < overlap; at++) {
      const value = input[start + at] ?? 0;
      product += value * (tail[at] ?? 0);
      energy += value * value;
    }
    const likeness = product / Math.sqrt(energy);
    if (likeness > best) [best, found] = [likeness, start];
  }
  return found;
}
