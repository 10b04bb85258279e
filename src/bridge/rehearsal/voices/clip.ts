import { encodeMulaw, FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';

/** Loudest sample of a clip: 4 dB below full scale, as a phone voice close to the mouth. */
const PEAK = 20_000;
/** Quieter than this (of the raw peak) at either end is silence and goes. */
const EDGE_SHARE = 0.01;
/** Raw audio without any sample above this holds no speech: flite's answer to punctuation. */
const SPEECH_FLOOR = 600;
/** Kept before the first and after the last audible sample, so that no consonant loses its edge: 10 ms. */
const MARGIN = 80;
/**
 * Noise added to each sample, uniform within plus and minus this: about -67 dBFS, three mu-law steps, inaudible. It makes each frame of
 * each clip different from every other, pauses between words included, which recognising a frame depends on.
 */
const DITHER = 24;

/** Only what flite can read: typographic quotes and dashes made plain, accents dropped, anything else a blank. */
export function speakable(text: string): string {
  return text
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2013\u2014\u2026]/g, ', ')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Cut the silence off both ends of 8 kHz audio. Empty when nothing is said. */
export function trimSilence(samples: Int16Array): Int16Array {
  const peak = peakOf(samples);
  if (peak < SPEECH_FLOOR) return new Int16Array(0);
  const edge = peak * EDGE_SHARE;
  const first = samples.findIndex((sample) => Math.abs(sample) > edge);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > edge);
  return samples.slice(Math.max(0, first - MARGIN), Math.min(samples.length, last + 1 + MARGIN));
}

/**
 * Make a clip of linear speech: one loudness for all voices, the seeded noise, whole frames.
 *
 * @param samples 8 kHz
 * @param seed text that decides the noise; the same seed gives the same bytes
 * @returns mu-law, a whole number of 160-byte frames; what pads the last one is silence (0xFF)
 */
export function toClip(samples: Int16Array, seed: string): Uint8Array<ArrayBuffer> {
  const peak = peakOf(samples);
  if (peak === 0) return new Uint8Array(0);
  const gain = PEAK / peak;
  const random = noise(seed);
  const loud = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) loud[index] = Math.round((samples[index] ?? 0) * gain + random() * DITHER);
  const clip = new Uint8Array(Math.ceil(samples.length / FRAME_BYTES) * FRAME_BYTES).fill(SILENCE);
  clip.set(encodeMulaw(loud));
  return clip;
}

function peakOf(samples: Int16Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

/** xorshift32, -1 to 1. */
function noise(seed: string): () => number {
  let state = 0x9e3779b9;
  for (let index = 0; index < seed.length; index++) state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  state = state >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) / 0xffff_ffff) * 2 - 1;
  };
}
