import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import { SILENCE } from '#bridge/media/g711.ts';
import { Timers } from '../../timers.ts';
import { accountAt, deepgramService, headersOf, type ServiceAccount } from '../accounts.ts';
import { gone, safe } from '../problems.ts';
import { StageSocket } from '../stage-socket.ts';
import type { HearingHandlers, HearingRequest, HearingStage, HearingStream } from '../stages.ts';
import { type DeepgramOptions, deepgramUrl, parseMessage } from './deepgram.ts';

/** 80 ms, the size that the vendor asks for. */
const chunkBytes = 640;
const bytesPerMs = 8;
/** This version knows no KeepAlive: when we are given no audio, it gets a little silence. */
const silenceEveryMs = 4_000;

const message = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Connected') }),
  z.looseObject({
    type: z.literal('TurnInfo'),
    event: z.string(),
    turn_index: z.number(),
    audio_window_start: z.number(),
    audio_window_end: z.number(),
    transcript: z.string(),
    words: z.array(z.looseObject({ end: z.number().optional() })).optional(),
  }),
  z.looseObject({ type: z.literal('Error'), code: z.string().optional() }),
]);

/**
 * Deepgram Flux: knows turns by itself, and says when one may be over before it is sure.
 *
 * @see https://developers.deepgram.com/docs/flux/state
 */
export function deepgramFlux(options: DeepgramOptions): HearingStage {
  const account = accountAt(deepgramService, options);
  return {
    name: 'deepgram-flux',
    account,
    microsPerMinute: 7_800,
    open: (request, on) => new FluxStream(account, options.clock, request, on),
  };
}

class FluxStream implements HearingStream {
  readonly #on: HearingHandlers;
  readonly #socket: StageSocket;
  readonly #timers: Timers;
  readonly #chunk = new Uint8Array(chunkBytes);
  #filled = 0;
  #isOpen = false;
  #sentSinceCheck = false;
  /** Silence of ours in the service's count, which is nobody's audio. */
  #insertedMs = 0;
  #inTurn = false;

  constructor(account: ServiceAccount, clock: Clock, request: HearingRequest, on: HearingHandlers) {
    this.#on = on;
    this.#timers = new Timers(clock);
    const english = request.language === null || /^en\b/i.test(request.language);
    const url = deepgramUrl(account, '/v2/listen', {
      model: english ? 'flux-general-en' : 'flux-general-multi',
      encoding: 'mulaw',
      sample_rate: '8000',
      eot_threshold: '0.7',
      eager_eot_threshold: '0.5',
      eot_timeout_ms: String(Math.min(5_000, Math.max(1_000, request.silenceMs * 5))),
      ...(english || request.language === null ? {} : { language_hint: request.language.split('-')[0] ?? '' }),
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
        lost: (problem) => {
          this.#timers.end();
          on.failed(problem);
        },
      },
    );
  }

  hear(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(chunkBytes - this.#filled, bytes.length - at);
      this.#chunk.set(count === bytes.length ? bytes : bytes.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < chunkBytes) continue;
      this.#filled = 0;
      this.#sentSinceCheck = true;
      this.#socket.sendAudio(this.#chunk);
    }
  }

  close(): void {
    this.#timers.end();
    this.#socket.close({ type: 'CloseStream' });
  }

  #keepAlive(): void {
    this.#timers.set('keep alive', silenceEveryMs, () => {
      if (!this.#sentSinceCheck) {
        this.#socket.sendAudio(new Uint8Array(chunkBytes).fill(SILENCE));
        this.#insertedMs += chunkBytes / bytesPerMs;
      }
      this.#sentSinceCheck = false;
      this.#keepAlive();
    });
  }

  #take(text: string): void {
    const event = parseMessage(message, text);
    if (event === 'garbage') this.#on.trouble('Deepgram sent something that cannot be read');
    if (typeof event === 'string') return;
    if (event.type === 'Error') {
      this.#timers.end();
      this.#socket.close();
      this.#on.failed(gone(deepgramService, `ended the session (${safe(event.code ?? 'no code')})`));
      return;
    }
    if (event.type !== 'TurnInfo') return;
    const words = event.transcript.trim();
    switch (event.event) {
      case 'StartOfTurn':
        this.#begin(event.audio_window_start);
        if (words !== '') this.#on.words(words);
        return;
      case 'Update':
        if (this.#inTurn && words !== '') this.#on.words(words);
        return;
      case 'EagerEndOfTurn':
        this.#begin(event.audio_window_start);
        this.#on.words(words);
        this.#on.mayBeOver(words);
        return;
      case 'TurnResumed':
        this.#on.resumed();
        return;
      case 'EndOfTurn':
        this.#begin(event.audio_window_start);
        this.#inTurn = false;
        this.#on.turnOver(words, this.#place(event.words?.at(-1)?.end ?? event.audio_window_end));
        return;
    }
  }

  #begin(atSeconds: number): void {
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#on.speechStarted(this.#place(atSeconds));
  }

  #place(seconds: number): number {
    return Math.max(0, seconds * 1_000 - this.#insertedMs);
  }
}
