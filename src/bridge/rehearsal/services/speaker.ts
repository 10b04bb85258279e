import { BYTES_PER_MS, FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';
import { sentencesOf } from '../openai/plan.ts';
import type { Timers } from '../openai/timers.ts';
import { wordSpans } from '../openai/words-heard.ts';
import type { Voices } from '../person.ts';
import type { ServiceFaults } from './faults.ts';

/** A word and its place in the sound of its sentence. */
export interface TimedWord {
  readonly word: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SpeakerOptions {
  readonly voices: Voices;
  readonly timers: Timers;
  readonly faults: ServiceFaults;
  /** Address of the connection, for faults. */
  readonly path: string;
  /** From the text to its first sound. */
  readonly firstAudioMs: number;
  /** Seconds of speech made in a second. */
  readonly burst: number;
  /** The connection is to be cut. */
  drop(): void;
}

/** Bytes of a piece of sound; no whole number of frames, and not always the same. */
const pieceBytes = [1_210, 730, 2_050, 970] as const;
/** Between sentences, 160 ms. */
const pause = new Uint8Array(8 * FRAME_BYTES).fill(SILENCE);

/** Makes sound of texts, one after the other, faster than it can be played. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #queue: Promise<void> = Promise.resolve();
  #pieces = 0;
  #over = false;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  /**
   * Say a text behind whatever is being said.
   * @param piece gets each piece of mu-law, and the words that begin in it with their place in the whole text's sound
   * @param isWanted asked before each piece
   */
  say(text: string, piece: (bytes: Uint8Array, words: readonly TimedWord[]) => void, isWanted: () => boolean): Promise<void> {
    const said = this.#queue.then(() => this.#say(text, piece, isWanted));
    this.#queue = said.catch(() => undefined);
    return said;
  }

  close(): void {
    this.#over = true;
  }

  async #say(text: string, piece: (bytes: Uint8Array, words: readonly TimedWord[]) => void, isWanted: () => boolean): Promise<void> {
    const { voices, timers, faults, path, burst } = this.#options;
    const goesOn = () => !this.#over && isWanted();
    const sentences = sentencesOf(text);
    const clips = sentences.map((sentence) => voices.render(sentence, 'slt'));
    for (const clip of clips) clip.catch(() => undefined);
    const slow = faults.take('slow', path)?.ms ?? 0;
    await this.#sleep(this.#options.firstAudioMs + slow);
    let nextAtMs = timers.clock.monotonicMs();
    let placeMs = 0;
    for (const [index, sentence] of sentences.entries()) {
      const clip = (await clips[index]) ?? new Uint8Array(0);
      const clipMs = clip.length / BYTES_PER_MS;
      const words = wordSpans(sentence, clipMs).map(({ word, from, to }) => ({ word, fromMs: placeMs + from, toMs: placeMs + to }));
      // Whoever speaks leaves a breath behind a sentence, the last one too.
      const audio = Buffer.concat([clip, pause]);
      for (let at = 0; at < audio.length; ) {
        if (!goesOn()) return;
        if (faults.takeWhen('cut', path, ({ afterPieces }) => this.#pieces >= afterPieces)) {
          this.#options.drop();
          return;
        }
        // Nothing more comes, and no end.
        if (faults.takeWhen('stall', path, ({ afterPieces }) => this.#pieces >= afterPieces)) await new Promise(() => undefined);
        const bytes = audio.subarray(at, at + (pieceBytes[this.#pieces % pieceBytes.length] ?? 970));
        at += bytes.length;
        this.#pieces += 1;
        const due = words.filter(({ fromMs }) => fromMs < placeMs + at / BYTES_PER_MS);
        words.splice(0, due.length);
        piece(bytes, due);
        nextAtMs = Math.max(nextAtMs, timers.clock.monotonicMs() - 100) + bytes.length / BYTES_PER_MS / burst;
        await this.#sleep(nextAtMs - timers.clock.monotonicMs());
      }
      placeMs += audio.length / BYTES_PER_MS;
    }
  }

  #sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => this.#options.timers.after(ms, resolve));
  }
}
