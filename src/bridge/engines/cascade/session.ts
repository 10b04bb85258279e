import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { EngineHandlers, EngineSession, SessionRequest, UtteranceId } from '../engine.ts';
import { Timers } from '../timers.ts';
import { ToolCalls } from '../tool-calls.ts';
import { Answer } from './answer.ts';
import { type ClipOptions, renderClip } from './clips.ts';
import { Dialogue, type DialogueItem } from './dialogue.ts';
import { Ear } from './ear.ts';
import { Mouth } from './mouth.ts';
import type { StageProblem } from './problems.ts';
import type { StageHealth } from './stage-health.ts';
import type { HearingStage, SpeakingStage, ThinkingStage } from './stages.ts';
import { Thought } from './thought.ts';

/** Opening both sockets takes about half a second, with one provider that hangs two. */
export const readyLimitMs = 10_000;
/** A tool that has not answered by then has failed; without any output the model would be told nothing. */
const toolLimitMs = 15_000;
/** Thinking on a guess costs what an answer costs: a callee who stops and goes on is guessed at so often. */
const guessesPerTurn = 3;
/** Answers whose words may still be in the callee's ear. */
const answersKept = 8;
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

interface Ask {
  readonly instructions: string | null;
}

/**
 * One call's conversation, made of three stages: the callee's words are heard, an answer is thought of, and spoken sentence by sentence.
 * The history is ours, and holds of our own words those that were heard. After `failed` or `close` nothing more is told.
 */
export class CascadeSession implements EngineSession {
  readonly #parts: SessionParts;
  readonly #request: SessionRequest;
  readonly #on: EngineHandlers;
  readonly #timers: Timers;
  readonly #dialogue = new Dialogue();
  readonly #tools = new ToolCalls();
  readonly #ear: Ear;
  readonly #mouth: Mouth;
  readonly #rendering = new Set<AbortController>();
  #state: 'opening' | 'ready' | 'over' = 'opening';
  #canHear = false;
  #canSpeak = false;
  #auto = false;
  #queue: Ask[] = [];
  #answer: Answer | null = null;
  #said: Answer[] = [];
  #answers = 0;
  /** Thought of before the turn was certainly over. */
  #guess: { readonly text: string; readonly thought: Thought } | null = null;
  #guesses = 0;
  /** The turn or utterance before the next. */
  #last: string | null = null;
  /** The turn that the next answer is for, until its first sound. */
  #timed: { readonly turn: string; readonly turnOverAtMs: number; firstTextAtMs: number | null } | null = null;

  constructor(parts: SessionParts, request: SessionRequest, handlers: EngineHandlers) {
    this.#parts = parts;
    this.#request = request;
    this.#on = handlers;
    const { clock, health } = parts;
    this.#timers = new Timers(clock);
    for (const { role, text } of request.history ?? []) this.#dialogue.add({ kind: 'said', by: role, text });
    const shared = {
      usage: handlers.usage.bind(handlers),
      failed: (problem: StageProblem) => this.#fail(problem),
      trouble: (detail: string) => this.#trouble(detail),
    };
    this.#timers.set('ready', readyLimitMs, () =>
      this.#fail({ kind: 'retryable', cause: `nobody could hear and speak within ${readyLimitMs / 1_000} s`, cure: null }),
    );
    const silenceMs = request.turnDetection?.type === 'server_vad' ? request.turnDetection.silenceMs : defaultSilenceMs;
    this.#mouth = new Mouth(this.#mouthOptions(), {
      ...shared,
      ready: (stage) => {
        this.#canSpeak = true;
        this.#note('in', 'voice.open', { stage });
        this.#readyPerhaps();
      },
    });
    this.#ear = new Ear(
      { stages: parts.hearing, health, clock, language: request.language, silenceMs },
      {
        ...shared,
        ready: (stage) => {
          this.#note('in', 'hearing.open', { stage });
          if (!this.#canHear) this.#on.connected();
          this.#canHear = true;
          this.#readyPerhaps();
        },
        speechStarted: (turn, atMs) => {
          this.#guesses = 0;
          this.#timed = null;
          this.#on.speechStarted(turn, atMs);
        },
        words: (turn, text) => {
          if (this.#guess && this.#guess.text !== text) this.#dropGuess();
          this.#on.turnText(turn, text, false);
        },
        mayBeOver: (text) => this.#guessAt(text),
        resumed: () => this.#dropGuess(),
        turnOver: (turn, text, endedAtMs) => this.#turnOver(turn, text, endedAtMs),
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
    this.#add({ kind: 'said', by: 'ai', text });
  }

  addContext(text: string): void {
    this.#add({ kind: 'said', by: 'context', text });
  }

  nudge(id: string, text: string): void {
    this.#dropGuess();
    this.#dialogue.add({ kind: 'said', by: 'context', text }, `nudge ${id}`);
    queueMicrotask(() => {
      if (this.#state !== 'over') this.#on.nudged?.(id);
    });
  }

  withdraw(id: string): void {
    this.#dropGuess();
    this.#dialogue.drop(`nudge ${id}`);
  }

  setAutoAnswer(on: boolean): void {
    this.#auto = on;
    if (on) return;
    this.#dropGuess();
    this.#queue = this.#queue.filter(({ instructions }) => instructions !== null);
  }

  answer(instructions: string | null): void {
    if (this.#state === 'over') return;
    // A plain "go on" is as good as many.
    if (instructions === null && this.#queue.some((ask) => ask.instructions === null)) return;
    this.#queue.push({ instructions });
    this.#pump();
  }

  interrupt(utterance: UtteranceId | null, heardMs: number): void {
    if (this.#state === 'over') return;
    const current = this.#answer;
    const cut = utterance === null ? null : (this.#said.find((answer) => answer.utterance === utterance) ?? null);
    if (utterance !== null && !cut) return;
    this.#timed = null;
    if (cut) this.#dialogue.cut(cut.utterance, cut.saying?.heardText(heardMs) ?? '');
    // Whatever is being said comes after it, and nobody heard any of that.
    if (current && current !== cut) this.#dialogue.drop(current.utterance);
    current?.cancel();
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    if (this.#state === 'over') return;
    const answered = this.#tools.answered(callId, thenAnswer);
    if (!answered) {
      this.#trouble('a tool was answered that was not asked for, or a second time');
      return;
    }
    this.#timers.clear(`tool ${callId}`);
    this.#add({ kind: 'result', id: callId, output: result });
    if (answered.goOn) this.#goOn();
  }

  close(): void {
    if (this.#state === 'over') return;
    this.#end();
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
    this.#pump();
  }

  #turnOver(turn: string, text: string, endedAtMs: number): void {
    this.#note('in', 'turn.over', { turn });
    const guess = this.#guess;
    this.#on.speechStopped(turn, endedAtMs);
    this.#on.turnCommitted(turn, this.#last);
    this.#last = turn;
    if (text !== '') this.#dialogue.add({ kind: 'said', by: 'callee', text });
    this.#on.turnText(turn, text, true);
    // Who makes a noise wants no answer.
    if (this.#state === 'over' || !this.#auto || text === '') {
      this.#dropGuess();
      return;
    }
    this.#timed = { turn, turnOverAtMs: this.#parts.clock.monotonicMs(), firstTextAtMs: null };
    if (guess && guess === this.#guess && guess.text === text && this.#state === 'ready' && !this.#answer && this.#queue.length === 0) {
      this.#guess = null;
      this.#begin({ instructions: null }, guess.thought);
      return;
    }
    this.#dropGuess();
    this.answer(null);
  }

  #guessAt(text: string): void {
    this.#dropGuess();
    const isFree = this.#state === 'ready' && this.#auto && !this.#answer && this.#queue.length === 0;
    if (!isFree || text === '' || this.#guesses >= guessesPerTurn) return;
    this.#guesses += 1;
    this.#guess = { text, thought: this.#think([...this.#dialogue.items(), { kind: 'said', by: 'callee', text }], null) };
  }

  #dropGuess(): void {
    this.#guess?.thought.abort();
    this.#guess = null;
  }

  #think(items: readonly DialogueItem[], note: string | null): Thought {
    const { instructions, tools, safetyIdentifier } = this.#request;
    this.#note('out', 'thinking.begin', { items: items.length });
    return new Thought(
      {
        stages: this.#parts.thinking,
        health: this.#parts.health,
        usage: (lines) => this.#on.usage(lines),
        trouble: (detail) => this.#trouble(detail),
      },
      { instructions, items, note, tools, safetyIdentifier },
    );
  }

  /** A tool has done its work. While the callee speaks, the answer to their turn will tell of it. */
  #goOn(): void {
    if (!(this.#auto && this.#ear.inTurn)) this.answer(null);
  }

  #pump(): void {
    if (this.#state !== 'ready' || this.#answer) return;
    const ask = this.#queue.shift();
    if (ask) this.#begin(ask, null);
  }

  #begin(ask: Ask, guessed: Thought | null): void {
    this.#answers += 1;
    const answer = new Answer(`utterance-${this.#answers}`, {
      on: this.#on,
      dialogue: this.#dialogue,
      say: (on) => this.#mouth.say(on),
      toolWanted: (from, call) => this.#toolWanted(from, call),
      firstText: () => {
        if (this.#timed) this.#timed.firstTextAtMs ??= this.#parts.clock.monotonicMs();
      },
      firstAudio: () => this.#firstAudio(),
      over: (from, status) => this.#answerOver(from, status),
      failed: (problem) => this.#fail(problem),
    });
    this.#answer = answer;
    this.#said = [...this.#said, answer].slice(-answersKept);
    this.#on.answering({ instructions: ask.instructions });
    // Who was told of it may have stopped it at once.
    if (this.#answer !== answer) {
      guessed?.abort();
      return;
    }
    const exact = ask.instructions === null ? null : exactWords(ask.instructions);
    if (exact !== null) answer.recite(exact);
    else {
      const note = ask.instructions === null ? null : `For this answer only: ${ask.instructions}`;
      answer.think(guessed ?? this.#think(this.#dialogue.items(), note));
    }
  }

  #firstAudio(): void {
    const timed = this.#timed;
    if (!timed) return;
    this.#timed = null;
    this.#on.turnTimes?.({ ...timed, firstAudioAtMs: this.#parts.clock.monotonicMs() });
  }

  #toolWanted(answer: Answer, call: { readonly id: string; readonly name: string; readonly arguments: string }): void {
    if (!this.#tools.called(call.id, answer.utterance)) return;
    this.#dialogue.add({ kind: 'call', ...call });
    this.#timers.set(`tool ${call.id}`, toolLimitMs, () => {
      this.#trouble('a tool did not answer in time; the model was told so');
      this.toolResult(call.id, '{"error":"this did not work, it took too long"}', true);
    });
    this.#on.toolCalled(call);
  }

  #answerOver(answer: Answer, status: 'completed' | 'incomplete' | 'cancelled'): void {
    if (this.#answer === answer) this.#answer = null;
    if (answer.saying) this.#last = answer.utterance;
    this.#note('in', 'answer.over', { status });
    this.#on.answered({ status, detail: null });
    if (this.#state === 'over') return;
    if (this.#tools.responseOver(answer.utterance)) this.#goOn();
    this.#pump();
  }

  #add(item: DialogueItem): void {
    this.#dropGuess();
    this.#dialogue.add(item);
  }

  #note(way: 'in' | 'out', name: string, content: unknown): void {
    this.#request.note?.(way, name, content);
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
    this.#queue = [];
    this.#timers.end();
    this.#dropGuess();
    this.#answer?.abandon();
    this.#answer = null;
    for (const aborter of this.#rendering)
      aborter.abort(new BridgeError('engine/unreachable', 'The session is over.', { retryable: true }));
    this.#ear.close();
    this.#mouth.close();
  }
}

/** The words that instructions want to be said exactly; the last pair of marks counts, they may be spoken of before. */
function exactWords(instructions: string): string | null {
  const end = instructions.lastIndexOf('>>>');
  const start = instructions.lastIndexOf('<<<', end);
  return start >= 0 && end > start ? instructions.slice(start + 3, end).trim() : null;
}
