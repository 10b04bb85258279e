import type { EngineHandlers } from '../engine.ts';
import type { Dialogue } from './dialogue.ts';
import type { StageProblem } from './problems.ts';
import type { Saying, SayingHandlers } from './saying.ts';
import { SentenceCutter } from './sentences.ts';
import type { Thought } from './thought.ts';

export interface AnswerHost {
  readonly on: EngineHandlers;
  readonly dialogue: Dialogue;
  say(on: SayingHandlers): Saying;
  /** A wish of the model, once for each. */
  toolWanted(answer: Answer, call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  firstText(): void;
  firstAudio(): void;
  over(answer: Answer, status: 'completed' | 'incomplete' | 'cancelled'): void;
  /** Nobody can think, or nobody can speak. */
  failed(problem: StageProblem): void;
}

/** One answer on its way from the model to the voice: each sentence is spoken as soon as it is written. */
export class Answer {
  /** Also the name of what is said in it. */
  readonly utterance: string;
  readonly #host: AnswerHost;
  readonly #cutter = new SentenceCutter();
  #thought: Thought | null = null;
  #saying: Saying | null = null;
  #status: 'completed' | 'incomplete' = 'completed';
  #thinking = true;
  #over = false;

  constructor(utterance: string, host: AnswerHost) {
    this.utterance = utterance;
    this.#host = host;
  }

  /** What was said of it, for a cut; null when nothing was. */
  get saying(): Saying | null {
    return this.#saying;
  }

  /** Say what a model thinks of. */
  think(thought: Thought): void {
    this.#thought = thought;
    thought.listen({
      text: (delta) => {
        if (this.#over) return;
        this.#host.firstText();
        for (const sentence of this.#cutter.push(delta)) this.#say(sentence);
      },
      call: (call) => {
        if (this.#over) return;
        // What was written before it is said before it.
        this.#say(this.#cutter.end());
        this.#host.toolWanted(this, call);
      },
      done: (status) => this.#thoughtOver(status),
      failed: (problem) => {
        if (!this.#over) this.#host.failed(problem);
      },
    });
  }

  /** Say these words. */
  recite(text: string): void {
    this.#host.firstText();
    for (const sentence of this.#cutter.push(text)) this.#say(sentence);
    this.#thoughtOver('completed');
  }

  /** Stop. What it says of itself is finished off; what was heard of it is the caller's business. */
  cancel(): void {
    if (this.#over) return;
    this.#thought?.abort();
    this.#saying?.cancel();
    this.#finish('cancelled');
  }

  /** Stop without a word. */
  abandon(): void {
    this.#over = true;
    this.#thought?.abort();
    this.#saying?.cancel();
  }

  #say(sentence: string): void {
    if (sentence === '' || this.#over) return;
    this.#saying ??= this.#host.say({
      audio: (bytes) => {
        if (this.#over) return;
        this.#host.firstAudio();
        this.#host.on.audio(this.utterance, bytes);
      },
      done: () => this.#finish(this.#status),
      failed: (problem) => {
        if (!this.#over) this.#host.failed(problem);
      },
    });
    this.#saying.push(sentence);
    const { text } = this.#saying;
    if (text === '') return;
    this.#host.dialogue.say(this.utterance, text);
    this.#host.on.utteranceText(this.utterance, text, false);
  }

  #thoughtOver(status: 'completed' | 'incomplete'): void {
    if (this.#over) return;
    this.#say(this.#cutter.end());
    this.#thinking = false;
    this.#status = status;
    if (!this.#saying) {
      this.#finish(status);
      return;
    }
    if (this.#saying.text !== '') this.#host.on.utteranceText(this.utterance, this.#saying.text, true);
    this.#saying.endOfText();
  }

  #finish(status: 'completed' | 'incomplete' | 'cancelled'): void {
    if (this.#over) return;
    this.#over = true;
    const said = this.#saying?.text ?? '';
    if (said !== '') {
      if (this.#thinking) this.#host.on.utteranceText(this.utterance, said, true);
      this.#host.on.audioDone(this.utterance);
    }
    this.#host.over(this, status);
  }
}
