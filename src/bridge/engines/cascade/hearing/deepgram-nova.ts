import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import { Timers } from '../../timers.ts';
import { accountAt, deepgramService, headersOf, type ServiceAccount } from '../accounts.ts';
import { gone } from '../problems.ts';
import { StageSocket } from '../stage-socket.ts';
import type { HearingHandlers, HearingRequest, HearingStage, HearingStream } from '../stages.ts';
import { type DeepgramOptions, deepgramUrl, parseMessage } from './deepgram.ts';

/** Without audio or a word of ours the service closes after about ten seconds. */
export const keepAliveMs = 4_000;
/** The service wants at least a second here; it counts gaps between words and so works in noise. */
const utteranceEndMs = 1_000;

const message = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('Results'),
    start: z.number(),
    duration: z.number(),
    is_final: z.boolean().optional(),
    speech_final: z.boolean().optional(),
    channel: z.looseObject({
      alternatives: z.array(z.looseObject({ transcript: z.string(), words: z.array(z.looseObject({ end: z.number() })).optional() })),
    }),
  }),
  z.looseObject({ type: z.literal('SpeechStarted'), timestamp: z.number() }),
  z.looseObject({ type: z.literal('UtteranceEnd'), last_word_end: z.number().optional() }),
  z.looseObject({ type: z.literal('Metadata') }),
]);

/**
 * Deepgram Nova: text in pieces that are frozen one by one, and silence as the only sign of the end of a turn.
 *
 * @see https://developers.deepgram.com/docs/understand-endpointing-interim-results
 */
export function deepgramNova(options: DeepgramOptions, model = 'nova-3'): HearingStage {
  const account = accountAt(deepgramService, options);
  return {
    name: 'deepgram-nova',
    account,
    microsPerMinute: 7_700,
    open: (request, on) => new NovaStream(account, options.clock, model, request, on),
  };
}

class NovaStream implements HearingStream {
  readonly #on: HearingHandlers;
  readonly #socket: StageSocket;
  readonly #timers: Timers;
  readonly #holdMs: number;
  #isOpen = false;
  #sentSinceCheck = false;
  /** Pieces of the turn that do not change any more, and the one that does. */
  #frozen: string[] = [];
  #moving = '';
  #inTurn = false;
  #guessed = false;
  #endMs = 0;

  constructor(account: ServiceAccount, clock: Clock, model: string, request: HearingRequest, on: HearingHandlers) {
    this.#on = on;
    this.#timers = new Timers(clock);
    // Half of the silence is the guess from which thinking begins, the whole of it the end.
    const endpointingMs = Math.min(500, Math.max(200, Math.round(request.silenceMs / 2)));
    this.#holdMs = Math.max(0, request.silenceMs - endpointingMs);
    const url = deepgramUrl(account, '/v1/listen', {
      model,
      encoding: 'mulaw',
      sample_rate: '8000',
      channels: '1',
      interim_results: 'true',
      endpointing: String(endpointingMs),
      utterance_end_ms: String(utteranceEndMs),
      vad_events: 'true',
      punctuate: 'true',
      ...(request.language ? { language: request.language } : {}),
    });
    const { openLimitMs } = request;
    this.#socket = new StageSocket(
      { service: deepgramService, url, headers: headersOf(account), clock, openLimitMs },
      {
        opened: () => {
          this.#isOpen = true;
          this.#keepAlive();
          on.opened();
        },
        text: (text) => this.#take(text),
        binary: () => on.trouble('Deepgram sent audio in place of text'),
        lost: (problem, code) => {
          this.#timers.end();
          on.failed(code === 1008 || code === 1011 ? gone(deepgramService, `could not go on with the audio (${code})`) : problem);
        },
      },
    );
  }

  hear(bytes: Uint8Array): void {
    // An empty message ends the stream at older servers.
    if (!this.#isOpen || bytes.length === 0) return;
    this.#sentSinceCheck = true;
    this.#socket.sendAudio(bytes);
  }

  close(): void {
    this.#timers.end();
    this.#socket.close({ type: 'CloseStream' });
  }

  #keepAlive(): void {
    this.#timers.set('keep alive', keepAliveMs, () => {
      if (!this.#sentSinceCheck) this.#socket.send({ type: 'KeepAlive' });
      this.#sentSinceCheck = false;
      this.#keepAlive();
    });
  }

  #take(text: string): void {
    const event = parseMessage(message, text);
    if (event === 'garbage') this.#on.trouble('Deepgram sent something that cannot be read');
    if (typeof event === 'string') return;
    if (event.type === 'SpeechStarted') this.#begin(event.timestamp * 1_000);
    else if (event.type === 'UtteranceEnd')
      this.#end(event.last_word_end !== undefined && event.last_word_end > 0 ? event.last_word_end * 1_000 : this.#endMs);
    else if (event.type === 'Results') {
      const [best] = event.channel.alternatives;
      const lastWord = best?.words?.at(-1)?.end;
      const endMs = (lastWord ?? event.start + event.duration) * 1_000;
      this.#results(best?.transcript.trim() ?? '', event.start * 1_000, endMs, event.is_final === true, event.speech_final === true);
    }
  }

  #results(text: string, startMs: number, endMs: number, isFinal: boolean, speechFinal: boolean): void {
    if (text !== '') {
      this.#begin(startMs);
      this.#endMs = endMs;
      if (this.#guessed) this.#resume();
      this.#moving = isFinal ? '' : text;
      if (isFinal) this.#frozen.push(text);
      this.#on.words(this.#text);
    } else if (isFinal) this.#moving = '';
    if (!speechFinal || !this.#inTurn) return;
    // Silence behind a noise: nobody said anything.
    if (this.#text === '') this.#end(endMs);
    else this.#guess();
  }

  get #text(): string {
    return [...this.#frozen, this.#moving].filter((piece) => piece !== '').join(' ');
  }

  #begin(atMs: number): void {
    if (this.#guessed) this.#resume();
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#endMs = atMs;
    this.#on.speechStarted(atMs);
  }

  #guess(): void {
    this.#guessed = true;
    this.#on.mayBeOver(this.#text);
    this.#timers.set('hold', this.#holdMs, () => this.#end(this.#endMs));
  }

  #resume(): void {
    this.#guessed = false;
    this.#timers.clear('hold');
    this.#on.resumed();
  }

  #end(endMs: number): void {
    if (!this.#inTurn) return;
    const text = this.#text;
    this.#timers.clear('hold');
    this.#inTurn = false;
    this.#guessed = false;
    this.#frozen = [];
    this.#moving = '';
    this.#on.turnOver(text, endMs);
  }
}
