import { BYTES_PER_MS, decodeMulaw } from '#bridge/media/g711.ts';
import type { AudioFormat } from './session-config.ts';

/** 24 kHz over 8 kHz. */
const RATIO = 3;

/** Bytes of this format per millisecond. */
export function bytesPerMs(format: AudioFormat): number {
  return format.type === 'audio/pcmu' ? BYTES_PER_MS : 48;
}

/** From 8 kHz mu-law, which the voices make, to what a session asked for. */
export function fromMulaw(mulaw: Uint8Array, format: AudioFormat): Uint8Array {
  if (format.type === 'audio/pcmu') return mulaw;
  const samples = decodeMulaw(mulaw);
  const bytes = new Uint8Array(samples.length * RATIO * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < samples.length; index++) {
    const from = samples[index] ?? 0;
    const to = samples[index + 1] ?? from;
    for (let step = 0; step < RATIO; step++)
      view.setInt16((index * RATIO + step) * 2, Math.round(from + ((to - from) * step) / RATIO), true);
  }
  return bytes;
}

/**
 * One 20 ms frame of what a session receives as 160 linear samples of 8 kHz.
 * @param bytes 160 bytes of mu-law or 960 of PCM
 */
export function toSamples(bytes: Uint8Array, format: AudioFormat, out: Int16Array): void {
  if (format.type === 'audio/pcmu') {
    decodeMulaw(bytes, out);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < out.length; index++) {
    const at = index * RATIO * 2;
    out[index] = Math.round((view.getInt16(at, true) + view.getInt16(at + 2, true) + view.getInt16(at + 4, true)) / RATIO);
  }
}
