import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BYTES_PER_MS } from '#bridge/media/g711.ts';
import { OpenAiAccount } from '../openai-realtime/account.ts';
import { toFailure, type Verdict } from '../openai-realtime/failures.ts';
import type { Transcriber, TranscriberHandlers, TranscriberRequest, Transcription, WrittenDown } from '../transcriber.ts';
import { type LinkOptions, TranscriptionLink } from './link.ts';
import { writeDown } from './recorded-speech.ts';

export interface OpenAiTranscriptionOptions {
  /** Null when there is none: then every transcriber fails at once. */
  readonly apiKey: string | null;
  /** Without a slash at the end; `http` gives a `ws` socket. */
  readonly baseUrl?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Before each new try in a row. Words that come some seconds late are still words. */
const reopenAfterMs = [0, 500, 2_000, 5_000] as const;
/** The way to the service and back: sooner than that nobody knows whether there is a turn. */
const noticeMs = 400;
const lookMs = 50;

/**
 * Sessions of OpenAI Realtime that only listen (`intent=transcription`).
 * @see https://developers.openai.com/api/docs/guides/realtime-transcription
 */
export class OpenAiTranscription implements Transcription {
  readonly #account: OpenAiAccount;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor({ apiKey, baseUrl, clock, log }: OpenAiTranscriptionOptions) {
    this.#account = new OpenAiAccount({ apiKey, baseUrl, clock });
    this.#clock = clock;
    this.#log = log;
  }

  openTranscriber(request: TranscriberRequest, handlers: TranscriberHandlers): Transcriber {
    const settingsKey = JSON.stringify([request.language]);
    const options = {
      request,
      clock: this.#clock,
      log: this.#log,
      circuit: this.#account.circuit,
      settingsKey,
    };
    return new OpenAiTranscriber(
      () => {
        const refusal = this.#account.refusal(request.world, settingsKey);
        if (refusal) return refusal;
        return { ...options, address: this.#account.address({ intent: 'transcription' }, request.safetyIdentifier) };
      },
      handlers,
      this.#clock,
    );
  }

  /** Over HTTP: works, too, when no session can be had. @see https://developers.openai.com/api/docs/guides/speech-to-text */
  async writeDown(audio: Uint8Array, request: TranscriberRequest, signal: AbortSignal): Promise<WrittenDown> {
    const refusal = this.#account.refusal(request.world, 'recorded', true);
    if (refusal) throw new Error(refusal.cause);
    return await writeDown(this.#account, audio, request, signal);
  }
}

/** Outlives its sessions: one that is lost is opened anew, and what is said meanwhile waits. */
class OpenAiTranscriber implements Transcriber {
  readonly #options: () => LinkOptions | Verdict;
  readonly #on: TranscriberHandlers;
  readonly #clock: Clock;
  #link: TranscriptionLink | null = null;
  #givenBytes = 0;
  /** Sessions lost in a row before they were ready. */
  #lost = 0;
  #over = false;
  #cancelWait: (() => void) | null = null;
  #finished: (() => void) | null = null;

  constructor(options: () => LinkOptions | Verdict, handlers: TranscriberHandlers, clock: Clock) {
    this.#options = options;
    this.#on = handlers;
    this.#clock = clock;
    this.#open(0);
  }

  get isBusy(): boolean {
    return this.#link?.isBusy ?? false;
  }

  hear(bytes: Uint8Array): void {
    this.#givenBytes += bytes.length;
    this.#link?.hear(bytes);
  }

  finish(limitMs: number): Promise<void> {
    if (this.#over) return Promise.resolve();
    this.#link?.endTurn();
    const untilMs = this.#clock.monotonicMs() + limitMs;
    return new Promise((resolve) => {
      this.#finished = resolve;
      const look = () => {
        if (!this.isBusy || this.#clock.monotonicMs() >= untilMs) this.close();
        else this.#cancelWait = this.#clock.after(lookMs, look);
      };
      this.#cancelWait = this.#clock.after(Math.min(noticeMs, limitMs), look);
    });
  }

  close(): void {
    this.#end();
    this.#link?.close();
    this.#link = null;
  }

  #open(delayMs: number): void {
    const options = this.#options();
    if ('meaning' in options) {
      // Told later, so that whoever opens it has its object before.
      this.#cancelWait = this.#clock.after(0, () => this.#fail(options));
      return;
    }
    const startMs = this.#givenBytes / BYTES_PER_MS;
    const on = this.#on;
    this.#link = new TranscriptionLink(
      options,
      {
        ready: () => {
          this.#lost = 0;
          on.ready();
        },
        speechStarted: (turn, audioMs) => on.speechStarted(turn, startMs + audioMs),
        speechStopped: (turn, audioMs) => on.speechStopped(turn, startMs + audioMs),
        text: (turn, text, final) => on.text(turn, text, final),
        usage: (lines) => on.usage(lines),
        trouble: (detail) => on.trouble(detail),
        lost: (verdict) => this.#lose(verdict),
      },
      delayMs,
    );
  }

  #lose(verdict: Verdict): void {
    this.#link = null;
    const delayMs = reopenAfterMs[this.#lost++];
    const isOver = verdict.meaning === 'account' || verdict.meaning === 'settings' || delayMs === undefined;
    if (isOver || this.#finished) this.#fail(verdict);
    else {
      this.#on.trouble(`the session that makes text of a voice is opened anew: ${verdict.cause}`);
      this.#open(delayMs);
    }
  }

  #fail(verdict: Verdict): void {
    if (this.#over) return;
    this.#end();
    this.#on.failed(toFailure(verdict));
  }

  #end(): void {
    this.#over = true;
    this.#cancelWait?.();
    this.#finished?.();
    this.#finished = null;
  }
}
