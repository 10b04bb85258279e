import { bytesPerSecond, channels, headerBytes } from './store/wav-header.ts';

/** Who is heard in a recording. */
export interface VoicesHeard {
  readonly lead: boolean;
  readonly ours: boolean;
}

const windowMs = 20;
/** Peak of a window, of full scale, from which on it is speech; line noise and silence stay far below. */
const speechPeak = 0.02;
/** A single word takes longer than this; a click does not. */
const leastSpeechMs = 200;

/** Whose voice is heard in one of our recordings (left the lead, right our side), by the sound itself. @param file the whole WAV file */
export function voicesIn(file: Uint8Array): VoicesHeard {
  const audio = Buffer.from(file.buffer, file.byteOffset, file.byteLength).subarray(headerBytes);
  return { lead: speechMs(audio, 0) >= leastSpeechMs, ours: speechMs(audio, 1) >= leastSpeechMs };
}

function speechMs(audio: Buffer, channel: 0 | 1): number {
  const stepBytes = channels * 2;
  const windowBytes = (bytesPerSecond * windowMs) / 1_000;
  const least = speechPeak * 32_768;
  let foundMs = 0;
  for (let start = 0; start + windowBytes <= audio.length; start += windowBytes) {
    for (let at = start + channel * 2; at < start + windowBytes; at += stepBytes) {
      if (Math.abs(audio.readInt16LE(at)) < least) continue;
      foundMs += windowMs;
      break;
    }
  }
  return foundMs;
}
