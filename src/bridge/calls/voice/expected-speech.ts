import type { Clock } from '#bridge/contract/clock.ts';
import { Timers } from '../timers.ts';
import type { FlowSpeech } from './speech.ts';

/** An AI that was asked for a fixed sentence and says nothing for so long leaves somebody in silence. */
const expectMs = 5_000;

interface Expected {
  readonly what: FlowSpeech;
  readonly instructions: string;
  /** The answer that is being made is the one that we asked for. */
  coming: boolean;
}

/** A fixed sentence that the AI was asked to say itself, until it begins or its time has run out. */
export class ExpectedSpeech {
  readonly #timers: Timers<'expected'>;
  #expected: Expected | null = null;

  constructor(clock: Clock) {
    this.#timers = new Timers(clock);
  }

  /** Null when the AI was asked for none. */
  get what(): FlowSpeech | null {
    return this.#expected?.what ?? null;
  }

  /** @param missed nothing came */
  expect(what: FlowSpeech, instructions: string, missed: () => void): void {
    this.#expected = { what, instructions, coming: false };
    this.#timers.start('expected', expectMs, () => {
      this.#expected = null;
      missed();
    });
  }

  /** The AI begins an answer. @param instructions what it was asked for; null when for nothing in particular */
  answering(instructions: string | null): void {
    if (this.#expected) this.#expected.coming = instructions === this.#expected.instructions;
  }

  /** The AI begins an utterance. @returns the sentence, when this is it */
  begins(): FlowSpeech | null {
    if (!this.#expected?.coming) return null;
    const { what } = this.#expected;
    this.forget();
    return what;
  }

  /** An answer is over. @param isFinal it is not tried again; the time limit counts on for one that is @returns the sentence, when it did not come */
  answered(isFinal: boolean): FlowSpeech | null {
    const expected = this.#expected;
    if (!expected?.coming) return null;
    expected.coming = false;
    if (!isFinal) return null;
    this.forget();
    return expected.what;
  }

  forget(): void {
    this.#expected = null;
    this.#timers.cancel('expected');
  }

  close(): void {
    this.#timers.clear();
  }
}
