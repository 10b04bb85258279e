import { decodeMulaw, SAMPLE_RATE_HZ } from './g711.ts';
import { asPcm } from './recording-lane.ts';

const headerBytes = 44;
const formatPcm = 1;

/** A file of telephone audio that every service reads: 16-bit linear, 8 kHz, one channel. @param audio 8 kHz mu-law */
export function wavOf(audio: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + audio.length * 2);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string) => bytes.set(Buffer.from(text, 'latin1'), at);
  name(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, formatPcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE_HZ, true);
  view.setUint32(28, SAMPLE_RATE_HZ * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  name(36, 'data');
  view.setUint32(40, audio.length * 2, true);
  bytes.set(asPcm(decodeMulaw(audio)), headerBytes);
  return bytes;
}
