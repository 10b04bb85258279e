import type { UsageLine } from '../engine.ts';
import { type WordTiming, wordsHeardBy, writtenText } from './heard-words.ts';
import type { StageProblem } from './problems.ts';
import { plainText, type SpokenWord, saidText, spokenWords } from './spoken-text.ts';
import type { SpeakingStage, Speech, SpeechHandlers } from './stages.ts';

const bytesPerMs = 8;

export interface SayingHandlers {
  /** 8 kHz mu-law, valid during the call. */
  audio(bytes: Uint8Array): void;
  done(): void;
  /** No voice can say it. */
  failed(problem: StageProblem): void;
}

export interface SayingHost {
  readonly language: string | null;
  readonly on: SayingHandlers;
  candidates(): SpeakingStage[];
  speak(stage: SpeakingStage, on: SpeechHandlers): Speech;
  /** @param isCut it had begun to speak @returns whether another voice is worth a try */
  failed(stage: SpeakingStage, problem: StageProblem, isCut: boolean): boolean;
  usage(lines: readonly UsageLine[]): void;
  over(): void;
}

/** What one voice made of it; there is a further one for each voice that had to take over. */
interface Part {
  /** Index of its first word. */
  readonly first: number;
  readonly startMs: number;
  readonly timings: WordTiming[];
  receivedMs: number;
}

/**
 * One thing to say, sentence by sentence, and which words of it are in how much of its sound. When a voice breaks off, the next one goes
 * on: with the first word that has no sound where the voice told the times of its words, with the sentence that was cut where it did not.
 */
export class Saying {
  readonly #host: SayingHost;
  readonly #words: SpokenWord[] = [];
  /** Index of the first word of each sentence. */
  readonly #sentences: number[] = [];
  readonly #parts: Part[] = [];
  #untried: SpeakingStage[] = [];
  #stage: SpeakingStage | null = null;
  #speech: Speech | null = null;
  #generation = 0;
  #characters = 0;
  /** One of the voices may work again in a moment. */
  #mayWorkAgain = false;
  #ended = false;
  #state: 'speaking' | 'done' | 'over' = 'speaking';

  constructor(host: SayingHost) {
    this.#host = host;
  }

  begin(): void {
    this.#untried = this.#host.candidates();
    this.#next({ kind: 'fatal', cause: 'there is no voice to speak with', cure: null }, 0);
  }

  /** The words so far, as written. */
  get text(): string {
    return writtenText(this.#words, this.#words.length);
  }

  get receivedMs(): number {
    const last = this.#parts.at(-1);
    return last ? last.startMs + last.receivedMs : 0;
  }

  /** @param text a sentence, or the beginning of one; markdown and the like is taken off here */
  push(text: string): void {
    if (this.#state !== 'speaking') return;
    const words = spokenWords(plainText(text), this.#host.language);
    if (saidText(words) === '') return;
    this.#sentences.push(this.#words.length);
    this.#words.push(...words);
    this.#give(saidText(words));
  }

  endOfText(): void {
    if (this.#state !== 'speaking' || this.#ended) return;
    this.#ended = true;
    if (this.#words.length === 0) this.#finish();
    else this.#speech?.endOfText();
  }

  /** Stop; nothing more is told. Which words were heard can still be asked. */
  cancel(): void {
    if (this.#state !== 'speaking') return;
    this.#state = 'over';
    this.#generation += 1;
    this.#speech?.cancel();
    this.#bill();
    this.#host.over();
  }

  /** What was heard, as written, without a guess. @returns null when a voice did not tell when it said what */
  heardExactly(heardMs: number): string | null {
    if (this.#parts.some(({ timings, receivedMs }) => receivedMs > 0 && timings.length === 0)) return null;
    return writtenText(this.#words, this.#wordsHeard(heardMs));
  }

  /** What was heard, as written. @param heardMs of the sound of all of it */
  heardText(heardMs: number): string {
    const count = this.#wordsHeard(heardMs);
    const text = writtenText(this.#words, count);
    return count > 0 && count < this.#words.length ? `${text}…` : text;
  }

  #wordsHeard(heardMs: number): number {
    for (const [index, part] of this.#parts.entries()) {
      const next = this.#parts[index + 1];
      if (next && heardMs >= next.startMs) continue;
      const words = this.#words.slice(part.first, next?.first);
      const complete = next === undefined && this.#state === 'done';
      return part.first + wordsHeardBy({ words, timings: part.timings, receivedMs: part.receivedMs, complete }, heardMs - part.startMs);
    }
    return 0;
  }

  #next(problem: StageProblem, from: number): void {
    // Its last word was heard, and only the end was not told.
    if (this.#ended && from > 0 && from >= this.#words.length) {
      this.#finish();
      return;
    }
    const stage = this.#untried.shift();
    if (!stage) {
      this.#state = 'over';
      this.#host.over();
      const whole: StageProblem = this.#mayWorkAgain ? { ...problem, kind: 'retryable' } : problem;
      queueMicrotask(() => this.#host.on.failed(whole));
      return;
    }
    this.#generation += 1;
    const generation = this.#generation;
    const live = () => this.#state === 'speaking' && generation === this.#generation;
    const part: Part = { first: from, startMs: this.receivedMs, timings: [], receivedMs: 0 };
    this.#parts.push(part);
    this.#stage = stage;
    this.#speech = this.#host.speak(stage, {
      audio: (bytes) => {
        if (!live()) return;
        part.receivedMs += bytes.length / bytesPerMs;
        this.#host.on.audio(bytes);
      },
      timings: (words) => {
        if (live()) part.timings.push(...words);
      },
      done: () => {
        if (live()) this.#finish();
      },
      failed: (failure) => {
        if (!live()) return;
        this.#generation += 1;
        this.#bill();
        this.#mayWorkAgain ||= failure.kind === 'retryable';
        if (!this.#host.failed(stage, failure, part.receivedMs > 0)) this.#untried = [];
        this.#next(failure, this.#resumeAt(part));
      },
    });
    if (from >= this.#words.length) return;
    this.#give(saidText(this.#words.slice(from)));
    if (this.#ended) this.#speech.endOfText();
  }

  /** @returns index of the word with which the next voice begins */
  #resumeAt(part: Part): number {
    const words = this.#words.slice(part.first);
    const { timings, receivedMs } = part;
    const covered = part.first + wordsHeardBy({ words, timings, receivedMs, complete: false }, receivedMs);
    if (timings.length > 0) return covered;
    return Math.max(part.first, this.#sentences.findLast((first) => first <= covered) ?? 0);
  }

  #give(said: string): void {
    this.#characters += said.length;
    this.#speech?.push(said);
  }

  #finish(): void {
    this.#state = 'done';
    this.#bill();
    this.#host.over();
    this.#host.on.done();
  }

  #bill(): void {
    const stage = this.#stage;
    if (!stage || this.#characters === 0) return;
    const micros = Math.round(this.#characters * stage.microsPerCharacter);
    this.#host.usage([{ kind: 'cascade-voice', micros, detail: `${stage.name}: ${this.#characters} characters`, estimated: false }]);
    this.#characters = 0;
  }
}
