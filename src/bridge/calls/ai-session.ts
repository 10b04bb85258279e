import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { fillerMs, isBridged, toolShare } from '../domain/ladder-moves.ts';
import type { LadderEvent } from '../domain/ladder-state.ts';
import type { Engine, EngineFailure, EngineHandlers, EngineSession, SessionRequest } from '../engines/engine.ts';
import type { SessionSource } from './session-source.ts';
import { Timers } from './timers.ts';

/** A session that nobody has used yet is kept this long while the phone rings; then it is closed, and opened again at the answer. */
const warmMs = 30_000;
/** From the answer on, the AI has this long to be ready. */
const readyLimitMs = 3_000;
/** While the phone rings there is time to try again; the last wait is repeated. */
const againMs = [1_000, 2_000, 4_000, 8_000];

/**
 * How long it may be silent where a word of it is due, and so long when it was waited for already and the lead has spoken again. Behind it
 * is nobody who converses, only an announcement and the end: it has longer than on a ladder, and a short phrase bridges the wait.
 */
const silentMs = 5_500;
const silentAgainMs = 3_500;

export interface AiSessionParts {
  readonly engine: Engine;
  readonly request: SessionRequest;
  readonly clock: Clock;
  readonly log: Logger;
  /** What sessions tell. `ready` is told once for each session, `failed` only when no further one will be tried, or not in time. */
  readonly on: EngineHandlers;
  /** Somebody waits for a word: something short for the gap. */
  phrase(): void;
  /** A handler threw. */
  broke(error: unknown): void;
}

/**
 * The AI session of one call, from the first ringing to the end: opened before it is needed, opened again when it fails while there is
 * still time, given up when there is none.
 */
export class AiSession implements SessionSource {
  readonly #parts: AiSessionParts;
  readonly #timers: Timers<'warm' | 'again' | 'ready' | 'filler' | 'silent'>;
  #session: EngineSession | null = null;
  #generation = 0;
  #tries = 0;
  #isOpen = false;
  #isReady = false;
  #answered = false;
  #over = false;
  /** A word of it is due, and nobody else has the call. */
  #isDue = false;
  #isTaken = false;
  /** When a short phrase was said last, monotonic. */
  #bridgedAtMs: number | null = null;
  /** The lead was asked for a moment, and nothing has come since. */
  #owesAfterPhrase = false;

  constructor(parts: AiSessionParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  /** What to talk to; null when there is none. */
  get current(): EngineSession | null {
    return this.#session;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** It may be told to speak: what it is told now it does as soon as it is ready, without a round trip in between. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** No session will be had any more. */
  get isOver(): boolean {
    return this.#over;
  }

  get canReopen(): boolean {
    return this.#parts.engine.availability().ok;
  }

  /** Nobody else could speak for it; but whoever is silent where a word is due is not waited for any longer than on any other ladder. */
  note(event: LadderEvent): void {
    if (this.#over || !this.#answered) return;
    switch (event.type) {
      case 'speech.due':
        if (!this.#isTaken) this.#wait(event.agoMs ?? 0);
        return;
      case 'speech.began':
        this.#owesAfterPhrase = false;
        this.#unwait();
        return;
      case 'speech.off':
      case 'lead.started-speaking':
        this.#unwait();
        return;
      case 'tool.called':
        // It says itself that it looks something up, or the phrase does.
        this.#owesAfterPhrase = false;
        if (this.#isDue) this.#wait(0, toolShare);
        return;
      case 'operator.took-over':
        this.#owesAfterPhrase = false;
        this.#isTaken = true;
        this.#unwait();
        return;
      case 'operator.gave-back':
        this.#isTaken = false;
        return;
      default:
        return;
    }
  }

  lineEnded(): void {
    this.#unwait();
  }

  /** The phone rings: have a session at hand. */
  prepare(): void {
    if (this.#session || this.#over || this.#answered) return;
    this.#open();
    this.#timers.start('warm', warmMs, () => {
      this.#timers.cancel('again');
      this.#parts.log.debug('the warmed AI session was not used and is closed');
      this.#drop();
    });
  }

  /** Somebody is there: from now on it is needed. */
  answered(): void {
    if (this.#over || this.#answered) return;
    this.#answered = true;
    this.#timers.clear();
    if (!this.#session) this.#open();
    if (!this.#isReady) this.#waitUntilReady();
  }

  /**
   * Open another one in place of one that was given up in the middle of the call. It is told everything anew.
   * @returns null when none can be had
   */
  reopen(): EngineSession | null {
    if (!this.#over || !this.#answered || !this.canReopen) return null;
    this.#over = false;
    this.#tries = 0;
    this.#open();
    if (this.#session && !this.#isReady) this.#waitUntilReady();
    return this.#session;
  }

  /** Give it up: nothing more is told, but the cost. */
  close(): void {
    this.#over = true;
    this.#timers.clear();
    this.#drop();
  }

  /** It cannot be used, whatever it says itself. */
  fail(failure: EngineFailure): void {
    if (this.#over) return;
    this.#drop();
    if (this.#answered || failure.kind === 'fatal') this.close();
    else {
      this.#timers.start('again', againMs[Math.min(this.#tries, againMs.length) - 1] ?? 1_000, () => this.#open());
    }
    this.#parts.on.failed(failure);
  }

  /** @param agoMs since the lead's last word @param share of the time that it has */
  #wait(agoMs: number, share = 1): void {
    const { clock, phrase } = this.#parts;
    this.#isDue = true;
    if (!isBridged({ bridgedAtMs: this.#bridgedAtMs }, clock.monotonicMs()))
      this.#timers.start('filler', Math.max(0, fillerMs - agoMs), () => {
        this.#bridgedAtMs = clock.monotonicMs();
        this.#owesAfterPhrase = true;
        phrase();
      });
    const limitMs = this.#owesAfterPhrase ? silentAgainMs : silentMs;
    this.#timers.start('silent', Math.max(0, share * limitMs - agoMs), () =>
      this.fail({ kind: 'retryable', cause: 'realtime speech was silent when it was due to speak', cure: null }),
    );
  }

  #unwait(): void {
    this.#isDue = false;
    this.#timers.cancel('filler');
    this.#timers.cancel('silent');
  }

  #waitUntilReady(): void {
    this.#timers.start('ready', readyLimitMs, () =>
      this.fail({ kind: 'retryable', cause: 'the AI voice was not ready three seconds after the answer', cure: null }),
    );
  }

  #open(): void {
    const { engine, request } = this.#parts;
    const availability = engine.availability();
    if (!availability.ok) {
      this.fail({ kind: 'retryable', cause: availability.reason, cure: null });
      return;
    }
    this.#tries += 1;
    this.#generation += 1;
    const generation = this.#generation;
    const session = engine.open(request, this.#handlers(generation));
    // It may have failed on the spot.
    if (this.#over || generation !== this.#generation) session.close();
    else this.#session = session;
  }

  #drop(): void {
    this.#generation += 1;
    const session = this.#session;
    this.#session = null;
    this.#isOpen = false;
    this.#isReady = false;
    session?.close();
  }

  #handlers(generation: number): EngineHandlers {
    const { on, broke } = this.#parts;
    /** What a session that was given up still says is not for this call; what goes wrong here is not for the session. */
    const live =
      <Arguments extends readonly unknown[]>(handle: (...args: Arguments) => void) =>
      (...args: Arguments) => {
        if (generation !== this.#generation || this.#over) return;
        try {
          handle(...args);
        } catch (error) {
          broke(error);
        }
      };
    return {
      connected: live(() => {
        this.#isOpen = true;
        on.connected();
      }),
      ready: live((info) => {
        this.#isOpen = true;
        this.#isReady = true;
        this.#timers.cancel('ready');
        on.ready(info);
      }),
      audio: live((utterance, bytes) => on.audio(utterance, bytes)),
      utteranceText: live((utterance, text, final) => on.utteranceText(utterance, text, final)),
      audioDone: live((utterance) => on.audioDone(utterance)),
      answering: live((asked) => on.answering(asked)),
      answered: live((result) => on.answered(result)),
      speechStarted: live((turn, atMs) => on.speechStarted(turn, atMs)),
      speechStopped: live((turn, atMs) => on.speechStopped(turn, atMs)),
      turnCommitted: live((turn, after) => on.turnCommitted(turn, after)),
      turnText: live((turn, text, final) => on.turnText(turn, text, final)),
      toolCalled: live((call) => on.toolCalled(call)),
      nudged: live((id) => on.nudged?.(id)),
      // What was spent counts, whenever it is told.
      usage: (lines) => on.usage(lines),
      expiresAt: live((atMs) => on.expiresAt(atMs)),
      failed: live((failure) => this.fail(failure)),
      trouble: live((detail) => on.trouble(detail)),
    };
  }
}
