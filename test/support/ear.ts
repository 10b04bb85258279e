import { decodeMulaw } from '#bridge/media/g711.ts';
import { rms, toneShare } from './audio.ts';

const windowMs = 20;

/** In which windows of 20 ms of what reached an ear a tone is, as their starts in milliseconds. @param heard 8 kHz mu-law */
export function toneWindows(heard: Uint8Array, hz: number, fromMs = 0, toMs = Number.POSITIVE_INFINITY): readonly number[] {
  const samples = decodeMulaw(heard);
  const found: number[] = [];
  for (const at of windows(samples, fromMs, toMs))
    if (rms(samples, at, at + windowMs) > 0.05 && toneShare(samples, hz, at, at + windowMs) > 0.8) found.push(at);
  return found;
}

const amidMs = 200;

/** In which windows of 200 ms a tone is, whatever else is heard with it, as their starts in milliseconds. @param heard 8 kHz mu-law */
export function toneAmid(heard: Uint8Array, hz: number, fromMs: number, toMs: number): readonly number[] {
  const samples = decodeMulaw(heard);
  const found: number[] = [];
  const endMs = Math.min(toMs, samples.length / 8);
  for (let at = Math.max(0, Math.ceil(fromMs / amidMs)) * amidMs; at + amidMs <= endMs; at += amidMs)
    if (rms(samples, at, at + amidMs) * Math.sqrt(toneShare(samples, hz, at, at + amidMs)) > 0.02) found.push(at);
  return found;
}

/** For how long there is a sound that is not that tone, in milliseconds. A click in the tone, where a frame of it was lost, is none. */
export function otherSoundMs(heard: Uint8Array, hz: number, fromMs: number, toMs: number): number {
  const samples = decodeMulaw(heard);
  const isTone = (at: number) => rms(samples, at, at + windowMs) > 0.05 && toneShare(samples, hz, at, at + windowMs) > 0.8;
  let sum = 0;
  for (const at of windows(samples, fromMs, toMs)) {
    if (rms(samples, at, at + windowMs) <= 0.01 || toneShare(samples, hz, at, at + windowMs) >= 0.5) continue;
    if (!isTone(at - windowMs) || !isTone(at + windowMs)) sum += windowMs;
  }
  return sum;
}

function* windows(samples: Int16Array, fromMs: number, toMs: number): Generator<number> {
  const endMs = Math.min(samples.length / 8, toMs);
  for (let at = Math.max(0, Math.ceil(fromMs / windowMs)) * windowMs; at + windowMs <= endMs; at += windowMs) yield at;
}

/** For how long there is any sound, in milliseconds. */
export function speechHeardMs(heard: Uint8Array, fromMs: number, toMs = Number.POSITIVE_INFINITY): number {
  const samples = decodeMulaw(heard);
  let sum = 0;
  for (const at of windows(samples, fromMs, toMs)) if (rms(samples, at, at + windowMs) > 0.01) sum += windowMs;
  return sum;
}
