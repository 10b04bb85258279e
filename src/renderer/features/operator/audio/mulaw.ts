/** Linear value of each mu-law byte, -1 to 1. @see ITU-T G.711, table 2a */
export const linear: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => {
  const inverted = ~byte & 0xff;
  const magnitude = (((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4);
  const value = magnitude - 0x84;
  return (inverted & 0x80 ? -value : value) / 32768;
});

/** How loud a frame is. @param frame mu-law @returns 0 (silence, below -50 dB) to 1 (full scale), even in decibels */
export function loudness(frame: Uint8Array): number {
  let sum = 0;
  for (const byte of frame) {
    const value = linear[byte] ?? 0;
    sum += value * value;
  }
  const decibels = 10 * Math.log10(sum / Math.max(1, frame.length) + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 50) / 50));
}
