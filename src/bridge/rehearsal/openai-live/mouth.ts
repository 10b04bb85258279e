import { FRAME_BYTES, FRAME_MS, SILENCE } from '#bridge/media/g711.ts';
import type { Chance } from '../openai/chance.ts';
import { sentencesOf } from '../openai/plan.ts';
import type { Timers } from '../openai/timers.ts';
import { wordSpans } from '../openai/words-heard.ts';
import type { Voices } from '../person.ts';

/** `paced`: in the time of the call, silence included. `burst`: faster than it is spoken, and nothing in between. */
export type Delivery = 'paced' | 'burst';

interface Sentence {
  readonly audio: Uint8Array;
  readonly words: readonly { readonly word: string; readonly from: number; readonly to: number }[];
}

export interface MouthParts {
  readonly voices: Voices;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly delivery: Delivery;
  /** How many times faster than speech, when in bursts. */
  readonly burst: number;
  nowMs(): number;
  sound(bytes: Uint8Array): void;
  words(delta: string, startMs: number, endMs: number): void;
  /** All of what was to be said has been said, or it was cut. @param text what was made of it */
  over(text: string): void;
}

/** Speaks: sound in pieces of any length, words beside it in steps of 200 ms, and no mark where anything begins or ends. */
export class Mouth {
  readonly #parts: MouthParts;
  #queue: Sentence[] = [];
  #at = 0;
  #clipStartMs = 0;
  #said: string[] = [];
  #wordsSent = 0;
  #generation = 0;
  #busy = false;
  #rest: number[] = [];

  constructor(parts: MouthParts) {
    this.#parts = parts;
  }

  get speaking(): boolean {
    return this.#busy;
  }

  /** Its words are on the way, not only its thoughts. */
  get sounding(): boolean {
    return this.#queue.length > 0;
  }

  /** Say this after a while. Whatever was being said is cut. */
  say(text: string, afterMs: number): void {
    this.cut();
    this.#busy = true;
    this.#generation += 1;
    const generation = this.#generation;
    this.#parts.timers.after(afterMs, () => {
      this.#prepare(text, generation).catch(() => this.cut());
    });
  }

  cut(): void {
    if (!this.#busy) return;
    this.#generation += 1;
    this.#busy = false;
    this.#queue = [];
    this.#at = 0;
    const text = this.#said.join(' ');
    this.#said = [];
    this.#parts.over(text);
  }

  /** So much time of the call has passed. */
  pass(ms: number): void {
    if (this.#parts.delivery !== 'paced') return;
    for (let left = ms; left >= FRAME_MS; left -= FRAME_MS) {
      const frame = this.#frame();
      this.#give(frame ?? silentFrame);
    }
  }

  async #prepare(text: string, generation: number): Promise<void> {
    if (generation !== this.#generation) return;
    const sentences: Sentence[] = [];
    for (const sentence of sentencesOf(text)) {
      const audio = await this.#parts.voices.render(sentence, 'slt');
      sentences.push({ audio, words: wordSpans(sentence, audio.length / 8) });
    }
    if (generation !== this.#generation) return;
    this.#queue = sentences;
    this.#at = 0;
    this.#wordsSent = 0;
    this.#clipStartMs = this.#parts.nowMs();
    if (sentences.length === 0) this.cut();
    else if (this.#parts.delivery === 'burst') this.#run(generation);
  }

  #run(generation: number): void {
    if (generation !== this.#generation) return;
    for (let count = 0; count < this.#parts.burst; count += 1) {
      const frame = this.#frame();
      if (!frame) break;
      this.#give(frame);
    }
    if (this.#busy) this.#parts.timers.after(FRAME_MS, () => this.#run(generation));
    else this.#flush();
  }

  /** The next 20 ms of what is being said; null when there is nothing. */
  #frame(): Uint8Array | null {
    const sentence = this.#queue[0];
    if (!sentence) return null;
    const frame = sentence.audio.subarray(this.#at, this.#at + FRAME_BYTES);
    this.#at += FRAME_BYTES;
    const atMs = this.#at / 8;
    const isLast = this.#at >= sentence.audio.length;
    // Words are told in steps of 200 ms, after their sound.
    if (isLast || atMs % 200 < FRAME_MS) {
      const due = sentence.words.filter(({ to }, index) => index >= this.#wordsSent && (isLast || to <= atMs));
      const [first] = due;
      const last = due.at(-1);
      if (first && last) {
        this.#wordsSent += due.length;
        const delta = due.map(({ word }) => ` ${word}`).join('');
        this.#said.push(...due.map(({ word }) => word));
        this.#parts.words(delta, Math.round(this.#clipStartMs + first.from), Math.round(this.#clipStartMs + last.to));
      }
    }
    if (isLast) {
      this.#queue.shift();
      this.#at = 0;
      this.#wordsSent = 0;
      this.#clipStartMs += sentence.audio.length / 8;
      if (this.#queue.length === 0) {
        this.#busy = false;
        const text = this.#said.join(' ');
        this.#said = [];
        this.#parts.over(text);
      }
    }
    return frame;
  }

  /** Pieces have any length, so that nobody relies on frames. */
  #give(frame: Uint8Array): void {
    this.#rest.push(...frame);
    const wanted = Math.round(this.#parts.chance.between([90, 700]));
    if (this.#rest.length < wanted) return;
    this.#parts.sound(Uint8Array.from(this.#rest.splice(0, wanted)));
  }

  #flush(): void {
    if (this.#rest.length > 0) this.#parts.sound(Uint8Array.from(this.#rest.splice(0)));
  }
}

const silentFrame = new Uint8Array(FRAME_BYTES).fill(SILENCE);
