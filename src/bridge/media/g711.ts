/** Samples per second on a telephone line. */
export const SAMPLE_RATE_HZ = 8000;
/** The smallest piece of audio we move, in milliseconds; what both carriers send. */
export const FRAME_MS = 20;
/** Bytes of one frame: 20 ms of 8 kHz mu-law, one byte per sample. */
export const FRAME_BYTES = 160;
/** Bytes of mu-law audio per millisecond. */
export const BYTES_PER_MS = SAMPLE_RATE_HZ / 1000;
/** The mu-law code of a zero sample. 0x7F is the other zero, and decodes to the same. */
export const SILENCE = 0xff;

/** Added to a magnitude before the segment is looked up, in 16-bit terms. @see ITU-T G.711, note to table 2a */
const BIAS = 0x84;
/** Largest magnitude that can be told apart; anything louder becomes the loudest code. */
const CLIP = 0x7fff - BIAS;

const decodeTable = new Int16Array(256);
for (let code = 0; code < 256; code++) {
  const inverted = ~code & 0xff;
  const exponent = (inverted >> 4) & 0x07;
  const magnitude = (((inverted & 0x0f) << 3) + BIAS) << exponent;
  decodeTable[code] = inverted & 0x80 ? BIAS - magnitude : magnitude - BIAS;
}

const encodeTable = new Uint8Array(65_536);
for (let sample = -32_768; sample <= 32_767; sample++) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 24 - Math.clz32(magnitude);
  encodeTable[sample & 0xffff] = ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

/** The linear value of one mu-law code, -32124 to 32124. */
export function decodeSample(code: number): number {
  return decodeTable[code & 0xff] ?? 0;
}

/**
 * Decode G.711 mu-law telephone audio into linear samples.
 *
 * @param bytes one byte per sample, 8 kHz mono; a 20 ms frame is 160 bytes
 * @param out where to write, at least as long as `bytes`; a new array when absent
 * @returns 16-bit linear samples at the same rate, one per input byte: `out`, where it was given
 * @see ITU-T G.711, table 2a
 */
export function decodeMulaw(bytes: Uint8Array, out: Int16Array = new Int16Array(bytes.length)): Int16Array {
  for (let at = 0; at < bytes.length; at++) out[at] = decodeTable[bytes[at] as number] as number;
  return out;
}

/**
 * Encode linear samples as G.711 mu-law, to the nearest code of the segment that the standard puts them in.
 *
 * @param samples 16-bit linear, 8 kHz mono
 * @param out where to write, at least as long as `samples`; a new array when absent
 * @returns one byte per sample: `out`, where it was given
 */
export function encodeMulaw(samples: Int16Array, out: Uint8Array = new Uint8Array(samples.length)): Uint8Array {
  for (let at = 0; at < samples.length; at++) out[at] = encodeTable[(samples[at] as number) & 0xffff] as number;
  return out;
}

/** How long this many bytes of mu-law sound, in milliseconds with fractions. */
export function bytesToMs(bytes: number): number {
  return bytes / BYTES_PER_MS;
}
