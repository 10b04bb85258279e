import type { Microphone } from '#bridge/calls/calls.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import type { EngineFailure } from '#bridge/engines/engine.ts';
import type { Transcriber, TranscriberHandlers, TranscriberRequest, Transcription, WrittenDown } from '#bridge/engines/transcriber.ts';
import type { CallStage } from './call-stage.ts';
import { aSession } from './fake-calls.ts';

export const dana = aSession({ id: 'console_dana', name: 'Dana' });
export const ben = aSession({ id: 'console_ben', name: 'Ben' });

/** A loud byte of mu-law: what an operator says. */
export const operatorByte = 0x0a;

/** Someone who writes down what the test says that was said. */
export class ScriptedTranscription implements Transcription {
  readonly transcribers: ScriptedTranscriber[] = [];

  openTranscriber(_request: TranscriberRequest, handlers: TranscriberHandlers): ScriptedTranscriber {
    const transcriber = new ScriptedTranscriber(handlers);
    this.transcribers.push(transcriber);
    return transcriber;
  }

  /** What was kept of somebody's voice, and given to be written down; oldest first. */
  readonly recordings: {
    readonly audio: Uint8Array;
    readonly signal: AbortSignal;
    says(text: string): void;
    fails(cause: string): void;
  }[] = [];

  writeDown(audio: Uint8Array, _request: TranscriberRequest, signal: AbortSignal): Promise<WrittenDown> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      this.recordings.push({
        audio,
        signal,
        says: (text) => resolve({ text, usage: [{ kind: 'transcription', micros: 225, detail: 'written down', estimated: false }] }),
        fails: (cause) => reject(new Error(cause)),
      });
    });
  }

  get last(): ScriptedTranscriber {
    const transcriber = this.transcribers.at(-1);
    if (!transcriber) throw new Error('nobody writes anything down');
    return transcriber;
  }
}

export class ScriptedTranscriber implements Transcriber {
  readonly on: TranscriberHandlers;
  frames = 0;
  closed = false;
  isBusy = false;
  #turns = 0;
  #finished: (() => void) | null = null;

  constructor(handlers: TranscriberHandlers) {
    this.on = handlers;
  }

  hear(): void {
    this.frames += 1;
  }

  /** The whole of a turn, its sound heard so far. */
  understands(text: string): void {
    this.#turns += 1;
    const turn = `turn-${this.#turns}`;
    this.on.speechStarted(turn, Math.max(0, this.frames * 20 - 500));
    this.on.speechStopped(turn, this.frames * 20);
    this.on.text(turn, text, true);
    this.isBusy = false;
    this.#finished?.();
  }

  fail(failure: Partial<EngineFailure> = {}): void {
    this.on.failed({ kind: 'retryable', cause: 'the socket was cut', cure: null, ...failure });
  }

  finish(): Promise<void> {
    if (!this.isBusy) return Promise.resolve();
    return new Promise((resolve) => {
      this.#finished = resolve;
    });
  }

  close(): void {
    this.closed = true;
  }
}

/** An operator talks into an open microphone. */
export async function talks(stage: CallStage, microphone: Microphone, ms: number, { from = 0, byte = operatorByte } = {}): Promise<number> {
  let counter = from;
  const bytes = new Uint8Array(160).fill(byte);
  for (let at = 0; at < ms; at += 20) {
    microphone.frame(counter, bytes);
    counter += 1;
    await stage.pass(20);
  }
  return counter;
}

export function eventsOf<Type extends FeedBody['type']>(stage: CallStage, type: Type): Extract<FeedBody, { type: Type }>[] {
  return stage.events.filter((event): event is Extract<FeedBody, { type: Type }> => event.type === type);
}
