import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const rate = 48_000;

/** A WAV file with a sine, 16 bits, 48 kHz. @param folder where it is written @returns its path */
export async function toneFile(folder: string, hz: number, seconds = 4): Promise<string> {
  // Whole periods, so that it goes on without a click when the browser plays it again.
  return await soundFile(join(folder, `tone-${hz}.wav`), seconds, (at) => Math.sin((2 * Math.PI * hz * at) / rate));
}

/** A WAV file of any sound, which the browser plays again and again. @param sound -1 to 1 at a sample of 48 kHz @returns its path */
export async function soundFile(path: string, seconds: number, sound: (at: number) => number): Promise<string> {
  const samples = Buffer.alloc(Math.round(rate * seconds) * 2);
  for (let at = 0; at < samples.length / 2; at++) samples.writeInt16LE(Math.round(12_000 * sound(at)), at * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  await writeFile(path, Buffer.concat([head, samples]));
  return path;
}

/** Flags of a Chromium whose microphone plays a file, and that asks nobody. */
export const microphoneFlags = (file: string): readonly string[] => [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-audio-capture=${file}`,
];

/** Count how often the page asks for a microphone, and how many tracks of it live. To be called before the page is loaded again. */
export async function watchMicrophone(page: Page): Promise<() => Promise<{ readonly asked: number; readonly live: number }>> {
  await page.addInitScript(() => {
    // Filters made for speech would take a tone for noise.
    localStorage.setItem('ringside.microphone', JSON.stringify({ echoCancellation: false, noiseSuppression: false }));
    const seen = { asked: 0, tracks: [] as MediaStreamTrack[] };
    (window as unknown as { microphone: typeof seen }).microphone = seen;
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      seen.asked += 1;
      const stream = await ask(constraints);
      seen.tracks.push(...stream.getTracks());
      return stream;
    };
  });
  return () =>
    page.evaluate(() => {
      const { microphone } = window as unknown as { microphone: { asked: number; tracks: MediaStreamTrack[] } };
      return { asked: microphone.asked, live: microphone.tracks.filter(({ readyState }) => readyState === 'live').length };
    });
}

/** Give a page a microphone of its own that plays a tone: a browser has one file for all its pages. To be called before it is loaded again. */
export async function ownMicrophone(page: Page, hz: number): Promise<void> {
  await page.addInitScript((toneHz) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const tone = new OscillatorNode(context, { frequency: toneHz });
      const microphone = context.createMediaStreamDestination();
      // Whoever has no reference to a graph must not lose its sound.
      Object.assign(window, { ownTone: { context, tone, microphone } });
      tone.connect(new GainNode(context, { gain: 0.35 })).connect(microphone);
      tone.start();
      return microphone.stream;
    };
  }, hz);
}
