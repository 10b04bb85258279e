import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { EngineHandlers, EngineSession, SessionRequest, UtteranceId } from '../engine.ts';
import { Timers } from '../timers.ts';
import { Answers } from './answers.ts';
import { type ClipOptions, renderClip } from './clips.ts';
import { Ear } from './ear.ts';
import { Mouth } from './mouth.ts';
import type { StageProblem } from './problems.ts';
import type { StageHealth } from './stage-health.ts';
import type { HearingStage, SpeakingStage, ThinkingStage } from './stages.ts';

/** Opening both sockets takes about half a second, with one provider that hangs two. */
const readyLimitMs = 10_000;
const defaultSilenceMs = 600;

export interface SessionParts {
  readonly hearing: readonly HearingStage[];
  readonly thinking: readonly ThinkingStage[];
  readonly speaking: readonly SpeakingStage[];
  readonly health: StageHealth;
  readonly clock: Clock;
  readonly id: string;
  voiceFor(stage: string): string | null;
}

/**
 * One call's conversation, made of three stages: the callee's words are heard, an answer is thought of, and spoken sentence by sentence.
 * After `failed` or `close` nothing more is told.
 */
export class CascadeSession implements EngineSession {
  readonly #parts: SessionParts;
  readonly #request: SessionRequest;
  readonly #on: EngineHandlers;
  readonly #timers: Timers;
  readonly #answers: Answers;
  readonly #ear: Ear;
  readonly #mouth: Mouth;
  readonly #rendering = new Set<AbortController>();
  #state: 'opening' | 'ready' | 'over' = 'opening';
  #canHear = false;
  #canSpeak = false;
  /** The turn or utterance before the next turn. */
  #last: string | null = null;

  constructor(parts: SessionParts, request: SessionRequest, handlers: EngineHandlers) {
    this.#parts = parts;
    this.#request = request;
    this.#on = handlers;
    const { clock, health, thinking } = parts;
    this.#timers = new Timers(clock);
    const shared = {
      failed: (problem: StageProblem) => this.#fail(problem),
      trouble: (detail: string) => this.#trouble(detail),
    };
    const heard = {
      ...shared,
      usage: (lines: Parameters<EngineHandlers['usage']>[0]) => handlers.usage(lines),
    };
    this.#timers.set('ready', readyLimitMs, () =>
      this.#fail({ kind: 'retryable', cause: `nobody could hear and speak within ${readyLimitMs / 1_000} s`, cure: null }),
    );
    this.#answers = new Answers({
      ...shared,
      thinking,
      health,
      clock,
      request,
      on: handlers,
      say: (on) => this.#mouth.say(on),
      calleeSpeaks: () => this.#ear.inTurn,
    });
    this.#mouth = new Mouth(this.#mouthOptions(), {
      ...heard,
      ready: (stage) => {
        request.note?.('in', 'voice.open', { stage });
        this.#canSpeak = true;
        this.#readyPerhaps();
      },
    });
    const silenceMs = request.turnDetection?.type === 'server_vad' ? request.turnDetection.silenceMs : defaultSilenceMs;
    this.#ear = new Ear(
      { stages: parts.hearing, health, clock, language: request.language, silenceMs },
      {
        ...heard,
        ready: (stage) => {
          request.note?.('in', 'hearing.open', { stage });
          if (!this.#canHear) handlers.connected();
          this.#canHear = true;
          this.#readyPerhaps();
        },
        speechStarted: (turn, atMs) => {
          this.#answers.speechStarted();
          handlers.speechStarted(turn, atMs);
        },
        words: (turn, text) => {
          this.#answers.heardSoFar(text);
          handlers.turnText(turn, text, false);
        },
        mayBeOver: (text) => this.#answers.mayBeOver(text),
        resumed: () => this.#answers.resumed(),
        turnOver: (turn, text, endedAtMs) => {
          request.note?.('in', 'turn.over', { turn });
          handlers.speechStopped(turn, endedAtMs);
          handlers.turnCommitted(turn, this.#answers.lastSaid ?? this.#last);
          this.#last = turn;
          handlers.turnText(turn, text, true);
          this.#answers.turnOver(turn, text);
        },
      },
    );
  }

  hear(bytes: Uint8Array): void {
    this.#ear.hear(bytes);
  }

  async render(text: string, signal: AbortSignal, onAudio?: (bytes: Uint8Array) => void): Promise<{ audio: Uint8Array; text: string }> {
    if (this.#state === 'over') throw new BridgeError('engine/unreachable', 'The session is over.');
    const aborter = new AbortController();
    this.#rendering.add(aborter);
    try {
      const options: ClipOptions = {
        ...this.#mouthOptions(),
        usage: (lines) => this.#on.usage(lines),
        trouble: (detail) => this.#trouble(detail),
      };
      return await renderClip(options, text, AbortSignal.any([signal, aborter.signal]), onAudio);
    } finally {
      this.#rendering.delete(aborter);
    }
  }

  noteSpoken(text: string): void {
    this.#answers.add({ kind: 'said', by: 'ai', text });
  }

  addContext(text: string): void {
    this.#answers.add({ kind: 'said', by: 'context', text });
  }

  nudge(id: string, text: string): void {
    this.#answers.add({ kind: 'said', by: 'context', text }, `nudge ${id}`);
    queueMicrotask(() => {
      if (this.#state !== 'over') this.#on.nudged?.(id);
    });
  }

  withdraw(id: string): void {
    this.#answers.withdraw(`nudge ${id}`);
  }

  setAutoAnswer(on: boolean): void {
    this.#answers.setAuto(on);
  }

  answer(instructions: string | null): void {
    this.#answers.ask(instructions);
  }

  interrupt(utterance: UtteranceId | null, heardMs: number): void {
    if (this.#state !== 'over') this.#answers.interrupt(utterance, heardMs);
  }

  heardWords(utterance: UtteranceId, heardMs: number): string | null {
    return this.#answers.heardWords(utterance, heardMs);
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    this.#answers.toolResult(callId, result, thenAnswer);
  }

  close(): void {
    if (this.#state !== 'over') this.#end();
  }

  #mouthOptions() {
    const { speaking: stages, health, clock, voiceFor } = this.#parts;
    return { stages, health, clock, language: this.#request.language, voiceFor };
  }

  #readyPerhaps(): void {
    if (this.#state !== 'opening' || !this.#canHear || !this.#canSpeak) return;
    this.#state = 'ready';
    this.#timers.clear('ready');
    this.#on.ready({ model: this.#parts.thinking[0]?.model ?? '', sessionId: this.#parts.id });
    this.#answers.ready();
  }

  #trouble(detail: string): void {
    if (this.#state !== 'over') this.#on.trouble(detail);
  }

  #fail(problem: StageProblem): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#on.failed(problem);
  }

  #end(): void {
    this.#state = 'over';
    this.#timers.end();
    this.#answers.end();
    for (const aborter of this.#rendering)
      aborter.abort(new BridgeError('engine/unreachable', 'The session is over.', { retryable: true }));
    this.#ear.close();
    this.#mouth.close();
  }
}
