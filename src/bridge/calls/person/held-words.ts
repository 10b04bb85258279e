import type { Conversation } from '../conversation.ts';
import type { CallBook } from '../record/call-book.ts';
import { handOverText } from './hand-over.ts';
import { writeDownLead } from './lead-words.ts';
import type { PersonLane } from './person-lane.ts';
import type { PersonWords } from './person-words.ts';

/** The AI goes on without the last words of a person when they take longer. */
const lastWordsMs = 1_200;
/** After the end of the call nobody waits for them. */
const lateWordsMs = 2_500;

export interface HeldWordsParts {
  readonly transcript: CallBook['transcript'];
  conversation(): Pick<Conversation, 'sound' | 'hasEar'>;
  /** Somebody who writes down what a person says; null when there is nobody. @param name tells their turns from those of others */
  words(name: string): PersonWords | null;
  /** The same for the lead, who is heard by nobody else when there is no AI. */
  leadWords(name: string): PersonWords | null;
}

/** What was said, and by whom, since the AI last had the call: written down while people have it, and told to the AI when it gets it back. */
export class HeldWords {
  readonly #parts: HeldWordsParts;
  /** Whoever is written down has a name of their own. */
  #count = 0;
  #since: {
    readonly fromMs: number;
    readonly by: string[];
    readonly words: PersonWords[];
    note: string | null;
    because: string | null;
  } | null = null;

  constructor(parts: HeldWordsParts) {
    this.#parts = parts;
  }

  /** A person has the call. @param fromMs milliseconds since the answer; counts when the AI had it until then */
  begin(fromMs: number): void {
    this.#since ??= { fromMs, by: [], words: [], note: null, because: null };
  }

  /** What this person says. @returns a function that stops it */
  writeDown(name: string, lane: PersonLane): () => void {
    this.#count += 1;
    const words = this.#parts.words(`${this.#count}`);
    this.#since?.by.push(name);
    if (!words) return () => undefined;
    this.#since?.words.push(words);
    return lane.onFrame((frame) => words.hear(frame));
  }

  /** What the lead says while no AI hears them. @returns a function that stops it */
  writeDownLead(): () => void {
    const { conversation, leadWords } = this.#parts;
    const name = `held-${this.#count}`;
    return writeDownLead({
      hearLead: (listener) => conversation().sound.hearLead(listener),
      hasEar: () => conversation().hasEar,
      open: () => leadWords(name),
      opened: (words) => this.#since?.words.push(words),
    });
  }

  /** For the AI. @param note of whoever has given it back */
  addNote(note: string | null): void {
    if (this.#since) this.#since.note = note;
  }

  /** For the AI. @param because why whoever had it has it no more, when they did not give it back */
  addReason(because: string): void {
    if (this.#since) this.#since.because = because;
  }

  /** What the AI is to know of that time, which ends with this. Never rejects. */
  async handOver(): Promise<string> {
    const since = this.#since;
    this.#since = null;
    if (!since) return handOverText({ by: [], lines: [], note: null, because: null, isDeaf: false });
    await Promise.all(since.words.map((words) => words.finish(lastWordsMs)));
    const { fromMs, by, words, note, because } = since;
    const lines = this.#parts.transcript.said(fromMs).filter(({ speaker }) => speaker !== 'ai');
    const isDeaf = words.length === 0 || words.some((one) => one.isDeaf);
    for (const one of words) one.close();
    return handOverText({ by: [...new Set(by)], lines, note, because, isDeaf });
  }

  /** The line is dead. Words that were said may still come. */
  ended(): void {
    for (const words of this.#since?.words ?? []) void words.finish(lateWordsMs);
  }

  /** Nothing more is awaited. */
  close(): void {
    for (const words of this.#since?.words ?? []) words.close();
    this.#since = null;
  }
}
