import { encodeMulaw, SAMPLE_RATE_HZ } from '#bridge/media/g711.ts';

const PCM = 1;
const MULAW = 7;

/** Read a WAV file of one channel at 8 kHz, mu-law or 16-bit. @returns mu-law, or null for every other file */
export function readWav(file: Buffer): Uint8Array | null {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') return null;
  let format = 0;
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, at + 8 + length);
    if (id === 'fmt ' && body.length >= 16) {
      if (body.readUInt16LE(2) !== 1 || body.readUInt32LE(4) !== SAMPLE_RATE_HZ) return null;
      const bits = body.readUInt16LE(14);
      format = body.readUInt16LE(0);
      if (!((format === PCM && bits === 16) || (format === MULAW && bits === 8))) return null;
    }
    if (id === 'data' && format === MULAW) return body;
    if (id === 'data' && format === PCM) return encodeMulaw(pcm16(body));
    at += 8 + length + (length % 2);
  }
  return null;
}

/** Little-endian 16-bit samples. */
export function pcm16(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  for (let at = 0; at < samples.length; at++) samples[at] = bytes.readInt16LE(at * 2);
  return samples;
}
