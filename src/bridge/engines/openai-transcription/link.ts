import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BYTES_PER_MS, SILENCE } from '#bridge/media/g711.ts';
import { CalleeTurns } from '../openai-realtime/callee-turns.ts';
import type { Circuit } from '../openai-realtime/circuit.ts';
import { judgeError, type Verdict } from '../openai-realtime/failures.ts';
import { Hearing } from '../openai-realtime/hearing.ts';
import { RealtimeSocket, type SocketAddress } from '../openai-realtime/realtime-socket.ts';
import { type ProviderError, readServerMessage, type ServerEvent, type ServerSession } from '../openai-realtime/wire.ts';
import { Timers } from '../timers.ts';
import type { TranscriberHandlers, TranscriberRequest } from '../transcriber.ts';
import { Padding } from './padding.ts';
import { configure, hearsMuLaw, turnSilenceMs } from './session-config.ts';

const readyLimitMs = 10_000;
const configureId = 'configure';
/** A microphone that gives nothing for so long was let go of. */
const quietMs = 240;
/** What was given so long ago has been noticed. */
const freshMs = 1_000;
/** Enough silence for the service to take a turn for over. */
const pad = new Uint8Array((turnSilenceMs + 200) * BYTES_PER_MS).fill(SILENCE);

export interface LinkOptions {
  readonly address: SocketAddress;
  readonly request: TranscriberRequest;
  readonly clock: Clock;
  readonly log: Logger;
  readonly circuit: Circuit;
  readonly settingsKey: string;
}

/** What one session tells; `lost` comes once, last, and not after `close`. */
export interface LinkHandlers extends Omit<TranscriberHandlers, 'failed'> {
  lost(verdict: Verdict): void;
}

/** One session of the service that only listens, on one socket. */
export class TranscriptionLink {
  readonly #options: LinkOptions;
  readonly #on: LinkHandlers;
  readonly #hearing: Hearing;
  readonly #timers: Timers;
  readonly #turns: CalleeTurns;
  readonly #padding = new Padding();
  #socket: RealtimeSocket | null = null;
  #state: 'opening' | 'ready' | 'over' = 'opening';
  /** The turn that is being said. */
  #openTurn: string | null = null;
  /** Said to its end, and not committed yet. */
  #closing = false;
  #givenBytes = 0;
  #heardAtMs = 0;

  /** @param delayMs before the socket is opened; frames wait meanwhile */
  constructor(options: LinkOptions, handlers: LinkHandlers, delayMs: number) {
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(options.clock);
    this.#turns = new CalleeTurns(options.clock, {
      turnCommitted: () => {},
      turnText: (turn, text, final) => handlers.text(turn, text, final),
      usage: (lines) => handlers.usage(lines),
      trouble: (detail) => handlers.trouble(detail),
    });
    this.#hearing = new Hearing({
      send: (message) => this.#socket?.sendAudio(message) ?? false,
      trouble: (detail) => handlers.trouble(detail),
    });
    if (delayMs === 0) this.#open();
    else this.#timers.set('open', delayMs, () => this.#open());
  }

  get isBusy(): boolean {
    return this.#openTurn !== null || this.#closing || this.#turns.waiting.length > 0;
  }

  hear(bytes: Uint8Array): void {
    this.#givenBytes += bytes.length;
    this.#heardAtMs = this.#options.clock.monotonicMs();
    this.#hearing.hear(bytes);
  }

  /** What is being said ends here, noticed by the service already or not: it hears the silence that nobody sends it. */
  endTurn(): void {
    const isFresh = this.#givenBytes > 0 && this.#options.clock.monotonicMs() - this.#heardAtMs < freshMs;
    if (this.#openTurn !== null || isFresh) this.#pad();
  }

  close(): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#socket?.close();
  }

  #open(): void {
    const { address, clock } = this.#options;
    this.#timers.set('ready', readyLimitMs, () =>
      this.#lose({ meaning: 'gone', cause: `OpenAI did not make the session ready within ${readyLimitMs / 1000} s`, cure: null }),
    );
    this.#socket = new RealtimeSocket(address, clock, {
      opened: () => this.#socket?.send(JSON.stringify(configure(configureId, this.#options.request))),
      message: (text) => this.#message(text),
      trouble: (detail) => this.#on.trouble(detail),
      lost: (verdict, retryAfterMs) => {
        if (verdict.meaning === 'later' && retryAfterMs !== null) this.#options.circuit.slowDown(verdict, retryAfterMs);
        this.#lose(verdict);
      },
    });
  }

  /** Nothing that the service sends may throw out of here. */
  #message(text: string): void {
    try {
      const reading = readServerMessage(text);
      if (reading.kind === 'event') this.#take(reading.event);
      else if (reading.kind === 'bad') this.#on.trouble(`OpenAI sent something that cannot be read: ${reading.problem}`);
      else if (reading.kind === 'unknown') this.#options.log.info({ type: reading.type }, 'OpenAI sent an event of an unknown kind');
    } catch (error) {
      this.#options.log.error({ err: error }, 'a message of OpenAI could not be handled');
    }
  }

  #take(event: ServerEvent): void {
    switch (event.type) {
      case 'session.updated':
        this.#configured(event.session);
        return;
      case 'input_audio_buffer.speech_started':
        this.#openTurn = event.item_id;
        this.#turns.started(event.item_id, event.audio_start_ms);
        this.#on.speechStarted(event.item_id, this.#placeMs(event.audio_start_ms));
        this.#watchQuiet();
        return;
      case 'input_audio_buffer.speech_stopped':
        this.#openTurn = null;
        this.#closing = true;
        this.#timers.clear('quiet');
        this.#turns.stopped(event.item_id, event.audio_end_ms);
        this.#on.speechStopped(event.item_id, this.#placeMs(event.audio_end_ms));
        return;
      case 'input_audio_buffer.committed':
        this.#closing = false;
        this.#turns.committed(event.item_id, event.previous_item_id ?? null);
        return;
      case 'conversation.item.input_audio_transcription.delta':
        this.#turns.wordsCome(event.item_id, event.delta ?? '');
        return;
      case 'conversation.item.input_audio_transcription.completed':
        this.#turns.wordsCame(event.item_id, event.transcript, event.usage ?? null);
        return;
      case 'conversation.item.input_audio_transcription.failed':
        this.#turns.wordsFailed(event.item_id);
        return;
      case 'error':
        this.#error(event.error);
        return;
      default:
        // A session that only listens gives no answers.
        return;
    }
  }

  #configured(session: ServerSession): void {
    if (!hearsMuLaw(session)) {
      const cure = 'Report this with the log.';
      this.#lose({ meaning: 'settings', cause: 'OpenAI did not take the sound of the telephone (mu-law)', cure });
      return;
    }
    if (this.#state !== 'opening') return;
    this.#state = 'ready';
    this.#timers.clear('ready');
    this.#options.circuit.worked(this.#options.settingsKey);
    this.#hearing.open();
    this.#on.ready();
  }

  #error(error: ProviderError): void {
    const verdict = judgeError(error);
    const isAboutSettings = this.#state === 'opening' && verdict.meaning !== 'harmless';
    if (verdict.meaning === 'account' || verdict.meaning === 'gone' || isAboutSettings) {
      this.#lose(verdict);
      return;
    }
    this.#options.log.info({ code: error.code ?? null, param: error.param ?? null }, 'OpenAI refused a message');
    if (verdict.meaning !== 'harmless') this.#on.trouble(verdict.cause);
  }

  /** A voice that stops because its microphone was let go of leaves no silence behind by which the service could tell. */
  #watchQuiet(): void {
    this.#timers.set('quiet', quietMs / 2, () => {
      if (this.#options.clock.monotonicMs() - this.#heardAtMs >= quietMs) this.#pad();
      this.#watchQuiet();
    });
  }

  #pad(): void {
    this.#padding.add(this.#givenBytes / BYTES_PER_MS, pad.length / BYTES_PER_MS);
    this.#hearing.hear(pad);
    this.#heardAtMs = this.#options.clock.monotonicMs();
  }

  #placeMs(serviceMs: number): number {
    return this.#padding.realMs(this.#hearing.placeMs(serviceMs));
  }

  #lose(verdict: Verdict): void {
    if (this.#state === 'over') return;
    this.#options.circuit.failed(verdict, this.#options.settingsKey);
    // Whoever waits for words learns that there are none.
    const open = this.#openTurn;
    if (open !== null) this.#on.speechStopped(open, this.#givenBytes / BYTES_PER_MS);
    for (const turn of this.#turns.waiting) this.#turns.wordsFailed(turn);
    if (open !== null) this.#turns.wordsFailed(open);
    this.#end();
    this.#socket?.abandon();
    this.#on.lost(verdict);
  }

  #end(): void {
    this.#state = 'over';
    this.#openTurn = null;
    this.#closing = false;
    this.#hearing.end();
    this.#timers.end();
    this.#turns.end();
  }
}
