import { Worker } from 'node:worker_threads';
import type { Voices } from '../person.ts';
import { FingerprintIndex } from './fingerprints.ts';
import type { FliteVoice } from './flite.ts';
import type { RenderAnswer, RenderRequest } from './flite-worker.ts';

/** Clips kept, about 60 MB; then the one that was not asked for longest goes, and is no longer recognised. */
const MOST_CLIPS = 2_000;

interface Kept {
  readonly audio: Uint8Array;
  /** In the index. */
  readonly id: number;
}

interface Waiting {
  readonly clip: string;
  readonly key: string;
  readonly resolve: (audio: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Offline voices by flite, rendered in a worker thread and kept. The clip that `recognise` names is the text
 * that was rendered. Rendering costs about a fortieth of the speech's length.
 *
 * `render` rejects after `close`, and when the worker dies; the next render after that starts a new one.
 */
export function createVoices({ mostClips = MOST_CLIPS }: { readonly mostClips?: number } = {}): Promise<Voices> {
  const entry = new URL(import.meta.url.endsWith('.ts') ? './flite-worker.ts' : './flite-worker.js', import.meta.url);
  const clips = new Map<string, Kept>();
  const inProgress = new Map<string, Promise<Uint8Array>>();
  const waiting = new Map<number, Waiting>();
  const index = new FingerprintIndex();
  let worker: Worker | null = null;
  let closed = false;
  let lastId = 0;

  /** A clip that is asked for goes to the end of those that may go. */
  const kept = (key: string): Uint8Array | null => {
    const clip = clips.get(key);
    if (!clip) return null;
    clips.delete(key);
    clips.set(key, clip);
    return clip.audio;
  };

  const failAll = (error: Error): void => {
    worker = null;
    const failed = [...waiting.values()];
    waiting.clear();
    for (const one of failed) one.reject(error);
  };

  const answered = (answer: RenderAnswer): void => {
    const one = waiting.get(answer.id);
    if (!one) return;
    waiting.delete(answer.id);
    if ('error' in answer) {
      one.reject(new Error(`No speech could be made of a text: ${answer.error}`));
      return;
    }
    clips.set(one.key, { audio: answer.audio, id: index.add(one.clip, answer.audio) });
    if (clips.size > mostClips) {
      const [oldest] = clips;
      if (oldest) {
        clips.delete(oldest[0]);
        index.remove(oldest[1].id);
      }
    }
    one.resolve(answer.audio);
  };

  const start = (): Worker => {
    const started = new Worker(entry);
    started.on('message', answered);
    started.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
    started.on('exit', () => {
      if (worker === started) failAll(new Error('The voices worker has ended'));
    });
    return started;
  };

  const render = (text: string, voice: FliteVoice): Promise<Uint8Array> => {
    if (closed) return Promise.reject(new Error('The voices are closed'));
    const key = `${voice}|${text}`;
    const known = kept(key);
    if (known) return Promise.resolve(known);
    const already = inProgress.get(key);
    if (already) return already;
    const rendering = new Promise<Uint8Array>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { clip: text, key, resolve, reject });
      worker ??= start();
      worker.postMessage({ id, text, voice } satisfies RenderRequest);
    }).finally(() => inProgress.delete(key));
    inProgress.set(key, rendering);
    return rendering;
  };

  return Promise.resolve({
    render,
    cached: (text, voice) => kept(`${voice}|${text}`),
    recognise: (frame) => index.find(frame),
    async close() {
      if (closed) return;
      closed = true;
      const running = worker;
      failAll(new Error('The voices are closed'));
      await running?.terminate();
    },
  });
}
