import { parentPort } from 'node:worker_threads';
import { SAMPLE_RATE_HZ } from '#bridge/media/g711.ts';
import { createResampler } from '#bridge/media/resample.ts';
import { speakable, toClip, trimSilence } from './clip.ts';
import { compileFlite, type FliteVoice, speak } from './flite.ts';

/** Asks the worker for a clip; `id` comes back with the answer. */
export interface RenderRequest {
  readonly id: number;
  readonly text: string;
  readonly voice: FliteVoice;
}

export type RenderAnswer =
  | { readonly id: number; readonly audio: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly error: string };

async function render(flite: WebAssembly.Module, text: string, voice: FliteVoice): Promise<Uint8Array<ArrayBuffer>> {
  const words = speakable(text);
  if (words === '') return new Uint8Array(0);
  const raw = speak(flite, words, voice);
  const resampler = await createResampler({ fromHz: raw.sampleRateHz, toHz: SAMPLE_RATE_HZ });
  try {
    const body = resampler.process(raw.samples);
    const end = resampler.flush();
    const samples = new Int16Array(body.length + end.length);
    samples.set(body);
    samples.set(end, body.length);
    return toClip(trimSilence(samples), `${voice}|${text}`);
  } finally {
    resampler.close();
  }
}

const port = parentPort;
if (port) {
  const flite = compileFlite();
  const answer = async ({ id, text, voice }: RenderRequest): Promise<void> => {
    try {
      const audio = await render(flite, text, voice);
      port.postMessage({ id, audio } satisfies RenderAnswer, [audio.buffer]);
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies RenderAnswer);
    }
  };
  port.on('message', (request: RenderRequest) => void answer(request));
}
