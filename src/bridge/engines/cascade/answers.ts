import type { Clock } from '#bridge/contract/clock.ts';
import type { EngineHandlers, SessionRequest, UtteranceId } from '../engine.ts';
import { Timers } from '../timers.ts';
import { ToolCalls } from '../tool-calls.ts';
import { Answer } from './answer.ts';
import { Dialogue, type DialogueItem } from './dialogue.ts';
import type { StageProblem } from './problems.ts';
import type { Saying, SayingHandlers } from './saying.ts';
import type { StageHealth } from './stage-health.ts';
import type { ThinkingStage } from './stages.ts';
import { Thought } from './thought.ts';

/** A tool that has not answered by then has failed; without any output the model would be told nothing. */
export const toolLimitMs = 15_000;
/** Thinking on a guess costs what an answer costs: a callee who stops and goes on is guessed at so often. */
const guessesPerTurn = 3;
/** Answers whose words may still be in the callee's ear. */
const answersKept = 8;

export interface AnswersOptions {
  readonly thinking: readonly ThinkingStage[];
  readonly health: StageHealth;
  readonly clock: Clock;
  readonly request: SessionRequest;
  readonly on: EngineHandlers;
  say(on: SayingHandlers): Saying;
  calleeSpeaks(): boolean;
  failed(problem: StageProblem): void;
  trouble(detail: string): void;
}

interface Ask {
  readonly instructions: string | null;
}

/**
 * What the AI says in the conversation, one answer after the other: thinks of it, sometimes before the callee is certainly done, hands it to
 * the voice, cuts it, runs its wishes for tools. The history is ours, and holds of our own words those that were heard.
 */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #on: EngineHandlers;
  readonly #timers: Timers;
  readonly #dialogue = new Dialogue();
  readonly #tools = new ToolCalls();
  #state: 'waiting' | 'ready' | 'over' = 'waiting';
  #auto = false;
  #queue: Ask[] = [];
  #answer: Answer | null = null;
  #said: Answer[] = [];
  #count = 0;
  /** Thought of before the turn was certainly over. */
  #guess: { readonly text: string; readonly thought: Thought } | null = null;
  #guesses = 0;
  #saidSinceTurn: string | null = null;
  /** The turn that the next answer is for, until its first sound. */
  #timed: { readonly turn: string; readonly turnOverAtMs: number; firstTextAtMs: number | null } | null = null;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#on = options.on;
    this.#timers = new Timers(options.clock);
    for (const { role, text } of options.request.history ?? []) this.#dialogue.add({ kind: 'said', by: role, text });
  }

  /** The utterance after the last turn, if there was one. */
  get lastSaid(): string | null {
    return this.#saidSinceTurn;
  }

  /** From now on there is a voice. */
  ready(): void {
    this.#state = 'ready';
    this.#pump();
  }

  setAuto(on: boolean): void {
    this.#auto = on;
    if (on) return;
    this.#dropGuess();
    this.#queue = this.#queue.filter(({ instructions }) => instructions !== null);
  }

  ask(instructions: string | null): void {
    if (this.#state === 'over') return;
    // A plain "go on" is as good as many.
    if (instructions === null && this.#queue.some((ask) => ask.instructions === null)) return;
    this.#queue.push({ instructions });
    this.#pump();
  }

  /** @param key by which it can be taken back */
  add(item: DialogueItem, key: string | null = null): void {
    this.#dropGuess();
    this.#dialogue.add(item, key);
  }

  withdraw(key: string): void {
    this.#dropGuess();
    this.#dialogue.drop(key);
  }

  interrupt(utterance: UtteranceId | null, heardMs: number): void {
    const current = this.#answer;
    const cut = utterance === null ? null : (this.#said.find((answer) => answer.utterance === utterance) ?? null);
    if (utterance !== null && !cut) return;
    this.#timed = null;
    if (cut) this.#dialogue.cut(cut.utterance, cut.saying?.heardText(heardMs) ?? '');
    // Whatever is being said comes after it, and nobody heard any of that.
    if (current && current !== cut) this.#dialogue.drop(current.utterance);
    current?.cancel();
  }

  heardWords(utterance: UtteranceId, heardMs: number): string | null {
    return this.#said.find((answer) => answer.utterance === utterance)?.saying?.heardExactly(heardMs) ?? null;
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    if (this.#state === 'over') return;
    const answered = this.#tools.answered(callId, thenAnswer);
    if (!answered) {
      this.#options.trouble('a tool was answered that was not asked for, or a second time');
      return;
    }
    this.#timers.clear(`tool ${callId}`);
    this.add({ kind: 'result', id: callId, output: result });
    if (answered.goOn) this.#goOn();
  }

  speechStarted(): void {
    this.#guesses = 0;
    this.#timed = null;
  }

  /** The turn so far; another one than was guessed at ends the guess. */
  heardSoFar(text: string): void {
    if (this.#guess && this.#guess.text !== text) this.#dropGuess();
  }

  /** The turn may be over: begin to think. */
  mayBeOver(text: string): void {
    this.#dropGuess();
    const isFree = this.#state === 'ready' && this.#auto && !this.#answer && this.#queue.length === 0;
    if (!isFree || text === '' || this.#guesses >= guessesPerTurn) return;
    this.#guesses += 1;
    this.#guess = { text, thought: this.#think([...this.#dialogue.items(), { kind: 'said', by: 'callee', text }], null) };
  }

  resumed(): void {
    this.#dropGuess();
  }

  turnOver(turn: string, text: string): void {
    this.#saidSinceTurn = null;
    const guess = this.#guess?.text === text ? this.#guess : null;
    if (guess) this.#guess = null;
    else this.#dropGuess();
    if (text !== '') this.#dialogue.add({ kind: 'said', by: 'callee', text });
    // Who makes a noise wants no answer.
    if (this.#state === 'over' || !this.#auto || text === '') {
      guess?.thought.abort();
      return;
    }
    this.#timed = { turn, turnOverAtMs: this.#options.clock.monotonicMs(), firstTextAtMs: null };
    if (guess && this.#state === 'ready' && !this.#answer && this.#queue.length === 0) {
      this.#begin({ instructions: null }, guess.thought);
      return;
    }
    guess?.thought.abort();
    this.ask(null);
  }

  end(): void {
    this.#state = 'over';
    this.#queue = [];
    this.#timers.end();
    this.#dropGuess();
    this.#answer?.abandon();
    this.#answer = null;
  }

  #dropGuess(): void {
    this.#guess?.thought.abort();
    this.#guess = null;
  }

  #think(items: readonly DialogueItem[], note: string | null): Thought {
    const { thinking: stages, health, request, trouble } = this.#options;
    const { instructions, tools, safetyIdentifier } = request;
    request.note?.('out', 'thinking.begin', { items: items.length });
    return new Thought(
      { stages, health, usage: (lines) => this.#on.usage(lines), trouble },
      { instructions, items, note, tools, safetyIdentifier },
    );
  }

  /** A tool has done its work. While the callee speaks, the answer to their turn will tell of it. */
  #goOn(): void {
    if (!(this.#auto && this.#options.calleeSpeaks())) this.ask(null);
  }

  #pump(): void {
    if (this.#state !== 'ready' || this.#answer) return;
    const ask = this.#queue.shift();
    if (ask) this.#begin(ask, null);
  }

  #begin(ask: Ask, guessed: Thought | null): void {
    this.#count += 1;
    const answer = new Answer(`utterance-${this.#count}`, {
      on: this.#on,
      dialogue: this.#dialogue,
      say: (on) => this.#options.say(on),
      toolWanted: (from, call) => this.#toolWanted(from, call),
      firstText: () => {
        if (this.#timed) this.#timed.firstTextAtMs ??= this.#options.clock.monotonicMs();
      },
      firstAudio: () => this.#firstAudio(),
      over: (from, status) => this.#over(from, status),
      failed: (problem) => this.#options.failed(problem),
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
    if (exact !== null) {
      answer.recite(exact);
      return;
    }
    const note = ask.instructions === null ? null : `For this answer only: ${ask.instructions}`;
    answer.think(guessed ?? this.#think(this.#dialogue.items(), note));
  }

  #firstAudio(): void {
    const timed = this.#timed;
    if (!timed) return;
    this.#timed = null;
    this.#on.turnTimes?.({ ...timed, firstAudioAtMs: this.#options.clock.monotonicMs() });
  }

  #toolWanted(answer: Answer, call: { readonly id: string; readonly name: string; readonly arguments: string }): void {
    if (!this.#tools.called(call.id, answer.utterance)) return;
    this.#dialogue.add({ kind: 'call', ...call });
    this.#timers.set(`tool ${call.id}`, toolLimitMs, () => {
      this.#options.trouble('a tool did not answer in time; the model was told so');
      this.toolResult(call.id, '{"error":"this did not work, it took too long"}', true);
    });
    this.#on.toolCalled(call);
  }

  #over(answer: Answer, status: 'completed' | 'incomplete' | 'cancelled'): void {
    if (this.#answer === answer) this.#answer = null;
    if (answer.saying) this.#saidSinceTurn = answer.utterance;
    this.#options.request.note?.('in', 'answer.over', { status });
    this.#on.answered({ status, detail: null });
    if (this.#state === 'over') return;
    if (this.#tools.responseOver(answer.utterance)) this.#goOn();
    this.#pump();
  }
}

/** The words that instructions want to be said exactly; the last pair of marks counts, they may be spoken of before. */
function exactWords(instructions: string): string | null {
  const end = instructions.lastIndexOf('>>>');
  const start = instructions.lastIndexOf('<<<', end);
  return start >= 0 && end > start ? instructions.slice(start + 3, end).trim() : null;
}
