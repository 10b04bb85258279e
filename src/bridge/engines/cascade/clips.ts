import { BridgeError } from '#bridge/contract/errors.ts';
import { Mouth, type MouthHandlers, type MouthOptions } from './mouth.ts';
import type { StageProblem } from './problems.ts';
import { SentenceCutter } from './sentences.ts';

export type ClipOptions = MouthOptions & Pick<MouthHandlers, 'usage' | 'trouble'>;

/**
 * Speak a text into a clip, on a connection of its own: what is said in the conversation does not wait for it.
 * @returns 8 kHz mu-law, and the words as they were said
 */
export async function renderClip(
  options: ClipOptions,
  text: string,
  signal: AbortSignal,
  onAudio?: (bytes: Uint8Array) => void,
): Promise<{ readonly audio: Uint8Array; readonly text: string }> {
  signal.throwIfAborted();
  const chunks: Buffer[] = [];
  let mouth: Mouth | null = null;
  let stop = () => {};
  try {
    return await new Promise((resolve, reject) => {
      const failed = (problem: StageProblem) =>
        reject(new BridgeError('engine/unreachable', `${problem.cause}.`, { retryable: problem.kind === 'retryable' }));
      stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('nobody wants this clip any more'));
      signal.addEventListener('abort', stop, { once: true });
      const speaker = new Mouth(options, { ready: () => undefined, usage: options.usage, trouble: options.trouble, failed });
      mouth = speaker;
      const saying = speaker.say({
        audio: (bytes) => {
          chunks.push(Buffer.from(bytes));
          onAudio?.(bytes);
        },
        done: () => resolve({ audio: Buffer.concat(chunks), text: saying.text }),
        failed,
      });
      const cutter = new SentenceCutter();
      for (const sentence of [...cutter.push(text), cutter.end()]) saying.push(sentence);
      saying.endOfText();
    });
  } finally {
    signal.removeEventListener('abort', stop);
    (mouth as Mouth | null)?.close();
  }
}
