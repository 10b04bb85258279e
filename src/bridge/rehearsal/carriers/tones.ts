import { encodeMulaw, FRAME_BYTES, SAMPLE_RATE_HZ, SILENCE } from '#bridge/media/g711.ts';
import type { EarSource } from './leg.ts';

/** A steady mix of tones as mu-law. */
export function tone(frequenciesHz: readonly number[], ms: number, amplitude = 6_000): Uint8Array {
  const samples = new Int16Array((SAMPLE_RATE_HZ * ms) / 1000);
  for (let at = 0; at < samples.length; at++) {
    let value = 0;
    for (const hz of frequenciesHz) value += Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE_HZ);
    samples[at] = (value / frequenciesHz.length) * amplitude;
  }
  return encodeMulaw(samples);
}

const RING = tone([440, 480], 2_000);
const CYCLE_BYTES = SAMPLE_RATE_HZ * 6;

/** What one hears while another phone rings in North America: two seconds on, four off. */
export class Ringback implements EarSource {
  #at = 0;

  read(ear: Uint8Array): void {
    if (this.#at + FRAME_BYTES <= RING.length) ear.set(RING.subarray(this.#at, this.#at + FRAME_BYTES));
    else ear.fill(SILENCE);
    this.#at = (this.#at + FRAME_BYTES) % CYCLE_BYTES;
  }
}

/** What a recording begins with. */
export const BEEP = tone([1_000], 400);
