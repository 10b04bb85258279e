import { join } from 'node:path';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { toneShare } from '../audio.ts';
import { soundFile } from './microphone.ts';

const rate = 48_000;
const lowHz = 700;
const highHz = 2_500;
/** The tone rises by that much in 20 ms: by more than one place, so that no place is heard twice. */
const risePerFrameHz = 26;
const placeHz = 20;
const places = Math.round((highHz - lowHz) / placeHz);
const sungSeconds = (((highHz - lowHz) / risePerFrameHz) * 20) / 1_000;
const pauseSeconds = 1.4;

/**
 * A microphone file with a sentence, for a world that knows it by its pitch: a tone that rises as the sentence goes on. The simulated AI
 * understands what its own voices said, byte by byte, which no sound is that went through a browser's microphone.
 */
export function sungFile(folder: string): Promise<string> {
  const slope = (highHz - lowHz) / sungSeconds;
  return soundFile(join(folder, 'sung.wav'), sungSeconds + pauseSeconds, (at) => {
    const seconds = at / rate;
    return seconds >= sungSeconds ? 0 : Math.sin(2 * Math.PI * (lowHz * seconds + (slope * seconds * seconds) / 2));
  });
}

/** Knows the words in 20 ms of {@link sungFile}. */
export function singsWords(words: string): Voices['recognise'] {
  return (frame) => {
    const samples = decodeMulaw(frame);
    const hz = pitchOf(samples);
    if (hz < lowHz || hz >= highHz || toneShare(samples, hz, 0, 20) < 0.7) return null;
    return { clip: words, frameIndex: Math.floor((hz - lowHz) / placeHz), frames: places };
  };
}

/** From the first to the last time that the wave rises through zero. @returns 0 for silence */
function pitchOf(samples: Int16Array): number {
  let [first, last, periods] = [0, 0, -1];
  for (let at = 1; at < samples.length; at++) {
    const [before = 0, now = 0] = [samples[at - 1], samples[at]];
    if (before >= 0 || now < 0) continue;
    last = at - now / (now - before);
    if (periods < 0) first = last;
    periods += 1;
  }
  return periods < 5 ? 0 : (periods * 8_000) / (last - first);
}
