import type { RealtimeClientEvent, ResponseCreateEvent } from 'openai/resources/realtime/realtime';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { EngineHandlers } from '../engine.ts';
import { judgeError, type Verdict } from './failures.ts';
import { responseCost } from './prices.ts';
import { wordsApart, wordsOf } from './same-words.ts';
import type { ServerResponse } from './wire.ts';

/** The key of the metadata by which a rendering is told from an answer; without it its audio would go to the callee. */
export const renderKey = 'ringside_render';
/** A minute of speech takes the service some ten seconds to make. */
export const renderLimitMs = 30_000;
/** The most that the service takes; a text of 1,500 characters needs about 2,500. */
const maxOutputTokens = 4096;
/** Mu-law at 8 kHz. */
const bytesPerMs = 8;

/** The model did not say the text word for word, twice. Holds numbers only: the words are no business of a log. */
export class RenderMismatch extends BridgeError {
  readonly expectedWords: number;
  readonly wordsApart: number;

  constructor(expectedWords: number, apart: number) {
    super('engine/refused', `The voice said the text differently twice: ${apart} of ${expectedWords} words.`, {
      retryable: true,
      details: { expectedWords, wordsApart: apart },
    });
    this.expectedWords = expectedWords;
    this.wordsApart = apart;
  }
}

export interface Rendered {
  readonly audio: Uint8Array;
  readonly text: string;
}

interface Job {
  readonly text: string;
  readonly signal: AbortSignal;
  /** Gets the audio of the first try as it comes. */
  readonly onAudio: ((bytes: Uint8Array) => void) | undefined;
  readonly resolve: (rendered: Rendered) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
  tries: number;
}

interface Running {
  readonly job: Job;
  readonly eventId: string;
  readonly cancelLimit: () => void;
  responseId: string | null;
  chunks: Buffer[];
  text: string;
}

export interface RendersOptions {
  readonly clock: Clock;
  readonly on: EngineHandlers;
  readonly model: string;
  readonly send: (event: RealtimeClientEvent) => void;
  /** A rendering failed in a way that ends more than the rendering. */
  readonly fail: (verdict: Verdict) => void;
}

/** Speaks texts beside the conversation, one after the other, into clips. */
export class Renders {
  readonly #options: RendersOptions;
  #queue: Job[] = [];
  #running: Running | null = null;
  #ready = false;
  #count = 0;
  /** Renderings that nobody waits for any more; what still comes of them is dropped, their cost is not. */
  readonly #ownIds = new Set<string>();
  readonly #abandoned = new Set<string>();

  constructor(options: RendersOptions) {
    this.#options = options;
  }

  render(text: string, signal: AbortSignal, onAudio?: (bytes: Uint8Array) => void): Promise<Rendered> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const job: Job = { text, signal, onAudio, resolve, reject, onAbort: () => this.#abort(job), tries: 0 };
      signal.addEventListener('abort', job.onAbort, { once: true });
      this.#queue.push(job);
      this.#next();
    });
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#queue.length > 0;
  }

  ready(): void {
    this.#ready = true;
    this.#next();
  }

  /** @param mark what the metadata of the response says under {@link renderKey} */
  created(responseId: string, mark: string): void {
    this.#ownIds.add(responseId);
    if (this.#running?.eventId === mark) this.#running.responseId = responseId;
    else if (this.#abandoned.delete(mark)) this.#options.send({ type: 'response.cancel', response_id: responseId });
  }

  owns(responseId: string): boolean {
    return this.#ownIds.has(responseId);
  }

  audio(responseId: string, base64: string): void {
    const running = this.#running;
    if (running?.responseId !== responseId) return;
    const bytes = Buffer.from(base64, 'base64');
    running.chunks.push(bytes);
    if (running.job.tries === 1) running.job.onAudio?.(bytes);
  }

  transcript(responseId: string, text: string): void {
    const running = this.#running;
    if (running?.responseId === responseId) running.text = running.text === '' ? text : `${running.text} ${text}`;
  }

  done(response: ServerResponse): void {
    this.#ownIds.delete(response.id);
    const running = this.#running?.responseId === response.id ? this.#running : null;
    const spokenMs = running ? running.chunks.reduce((sum, chunk) => sum + chunk.length / bytesPerMs, 0) : 0;
    const heard = { calleeMs: 0, spokenMs, instructionCharacters: running?.job.text.length ?? 0 };
    this.#options.on.usage(responseCost(this.#options.model, response.usage ?? null, heard, 'clip'));
    const verdict = response.status === 'failed' ? judgeError(response.status_details?.error ?? {}) : null;
    if (verdict?.meaning === 'account') this.#options.fail(verdict);
    else if (running) this.#judge(running, response.status === 'completed' ? null : (verdict?.cause ?? response.status ?? 'it failed'));
  }

  #judge(running: Running, problem: string | null): void {
    if (problem !== null) {
      this.#again(running, new BridgeError('engine/refused', `The voice could not be rendered: ${problem}.`));
      return;
    }
    const expected = wordsOf(running.job.text).length;
    const apart = wordsApart(running.job.text, running.text);
    if (apart > 0) {
      this.#again(running, new RenderMismatch(expected, apart));
      return;
    }
    if (running.chunks.length === 0) {
      this.#again(running, new BridgeError('engine/refused', 'The voice came without any audio.'));
      return;
    }
    this.#finish(running);
    running.job.resolve({ audio: new Uint8Array(Buffer.concat(running.chunks)), text: running.text });
    this.#next();
  }

  /** The service refused to create it. */
  refused(eventId: string, verdict: Verdict): void {
    const running = this.#running;
    if (running?.eventId !== eventId) return;
    this.#again(running, new BridgeError('engine/refused', `The voice could not be rendered: ${verdict.cause}.`));
  }

  /** The session is over: nobody waits any longer. */
  end(reason: BridgeError): void {
    this.#ready = false;
    const jobs = this.#queue;
    const running = this.#running;
    this.#queue = [];
    if (running) {
      this.#finish(running);
      jobs.unshift(running.job);
    }
    for (const job of jobs) {
      job.signal.removeEventListener('abort', job.onAbort);
      job.reject(reason);
    }
  }

  #next(): void {
    if (!this.#ready || this.#running) return;
    const job = this.#queue.shift();
    if (!job) return;
    job.tries += 1;
    this.#count += 1;
    const eventId = `render-${this.#count}`;
    const cancelLimit = this.#options.clock.after(renderLimitMs, () => {
      if (this.#running?.eventId === eventId)
        this.#giveUp(this.#running, new BridgeError('engine/unreachable', 'The voice took too long.'));
    });
    this.#running = { job, eventId, cancelLimit, responseId: null, chunks: [], text: '' };
    this.#options.send(renderEvent(eventId, job.text));
  }

  #again(running: Running, error: BridgeError): void {
    if (running.job.tries >= 2) {
      this.#reject(running, error);
      return;
    }
    this.#running = null;
    running.cancelLimit();
    this.#queue.unshift(running.job);
    this.#next();
  }

  #abort(job: Job): void {
    if (this.#running?.job === job) {
      this.#giveUp(this.#running, job.signal.reason);
      return;
    }
    this.#queue = this.#queue.filter((other) => other !== job);
    job.reject(job.signal.reason);
  }

  #giveUp(running: Running, reason: unknown): void {
    if (running.responseId) this.#options.send({ type: 'response.cancel', response_id: running.responseId });
    else this.#abandoned.add(running.eventId);
    this.#reject(running, reason);
  }

  #reject(running: Running, reason: unknown): void {
    this.#finish(running);
    running.job.reject(reason);
    this.#next();
  }

  #finish(running: Running): void {
    this.#running = null;
    running.cancelLimit();
    running.job.signal.removeEventListener('abort', running.job.onAbort);
  }
}

function renderEvent(eventId: string, text: string): ResponseCreateEvent {
  return {
    type: 'response.create',
    event_id: eventId,
    response: {
      conversation: 'none',
      metadata: { [renderKey]: eventId },
      input: [],
      tools: [],
      output_modalities: ['audio'],
      max_output_tokens: maxOutputTokens,
      instructions:
        'Say exactly the words between <<< and >>>, every word of them and nothing else, in their own language, warmly and at a natural ' +
        `pace. Do not answer them, do not add anything before or after them.\n<<<${text}>>>`,
    },
  };
}
