import type { Clock } from '#bridge/contract/clock.ts';
import type { EngineHandlers } from '../engine.ts';
import { Timers } from '../timers.ts';
import { Fragments } from './fragments.ts';

/** The service marks neither the beginning nor the end of what it says. So long without a sound is the end of an utterance. */
const endMs = 600;
/** What was cut goes on arriving for a moment; a gap like this, and what comes is new. */
const gapMs = 350;
/** And whatever comes so long afterwards is new, gap or not. */
const dropMs = 1_500;
/** Words may come a little later than their sound. */
const lateTextMs = 1_500;

interface Utterance {
  readonly id: string;
  readonly words: Fragments;
  bytes: number;
}

export interface SpeakingParts {
  readonly clock: Clock;
  readonly on: Pick<EngineHandlers, 'audio' | 'utteranceText' | 'audioDone'>;
  /** Whether what comes now may be heard. */
  mayBeHeard(): boolean;
  /** An utterance begins, before its first audio. */
  began(utterance: string): void;
  /** It has come to its end by itself. */
  ended(utterance: string): void;
  /** What was cut has stopped arriving. */
  settled(): void;
}

/** Makes utterances of a stream of sound and one of words, neither of which has turns. */
export class Speaking {
  readonly #parts: SpeakingParts;
  readonly #timers: Timers;
  #count = 0;
  #current: Utterance | null = null;
  #last: { readonly utterance: Utterance; readonly endedAtMs: number; readonly cut: boolean } | null = null;
  /** Quiet inside an utterance: heard only when more sound follows. */
  #quiet: Uint8Array[] = [];
  #early = new Fragments();
  #dropping = false;
  #unheard = '';

  constructor(parts: SpeakingParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  get current(): string | null {
    return this.#current?.id ?? null;
  }

  get isSettled(): boolean {
    return !this.#dropping;
  }

  /** @param bytes mu-law, of any length; may be silence */
  audio(bytes: Uint8Array): void {
    const hasSound = sounds(bytes);
    if (this.#dropping) {
      if (hasSound) this.#timers.set('gap', gapMs, () => this.#settle());
      return;
    }
    if (!hasSound) {
      if (this.#current) this.#quiet.push(Uint8Array.from(bytes));
      return;
    }
    if (!this.#current && !this.#parts.mayBeHeard()) return;
    const utterance = this.#current ?? this.#begin();
    for (const quiet of this.#quiet.splice(0)) this.#say(utterance, quiet);
    this.#say(utterance, bytes);
    this.#timers.set('end', endMs, () => this.#end());
  }

  /** @param startMs on the service's clock */
  text(delta: string, startMs: number): void {
    if (this.#dropping) return;
    if (this.#current) {
      this.#current.words.add(delta, startMs);
      this.#parts.on.utteranceText(this.#current.id, this.#current.words.text, false);
      return;
    }
    const last = this.#last;
    if (last && this.#parts.clock.monotonicMs() - last.endedAtMs < lateTextMs) {
      if (last.cut) return;
      last.utterance.words.add(delta, startMs);
      this.#parts.on.utteranceText(last.utterance.id, last.utterance.words.text, true);
      return;
    }
    if (this.#parts.mayBeHeard()) this.#early.add(delta, startMs);
    else this.#unheard += delta;
  }

  /**
   * Nothing more of what is being said is heard.
   * @returns the utterance that was cut, or null when none was being made
   */
  cut(): string | null {
    const utterance = this.#current;
    this.#current = null;
    this.#early = new Fragments();
    this.#quiet = [];
    this.#timers.clear('end');
    this.#dropping = true;
    this.#timers.set('gap', gapMs, () => this.#settle());
    this.#timers.set('drop', dropMs, () => this.#settle());
    if (!utterance) return null;
    this.#finish(utterance, true);
    return utterance.id;
  }

  /** Words and length of an utterance, for a note to the model of what was heard of it. */
  find(id: string): { readonly text: string; readonly receivedMs: number } | null {
    const utterance = this.#current?.id === id ? this.#current : this.#last?.utterance.id === id ? this.#last.utterance : null;
    return utterance && { text: utterance.words.text, receivedMs: utterance.bytes / 8 };
  }

  /** What the model said into nothing while it was held back; told once. */
  takeUnheard(): string {
    const text = this.#unheard.trim();
    this.#unheard = '';
    return text;
  }

  end(): void {
    this.#timers.end();
    this.#current = null;
    this.#quiet = [];
  }

  #begin(): Utterance {
    this.#count += 1;
    const utterance = { id: `live-${this.#count}`, words: this.#early, bytes: 0 };
    this.#early = new Fragments();
    this.#current = utterance;
    this.#parts.began(utterance.id);
    if (utterance.words.text !== '') this.#parts.on.utteranceText(utterance.id, utterance.words.text, false);
    return utterance;
  }

  #say(utterance: Utterance, bytes: Uint8Array): void {
    utterance.bytes += bytes.length;
    this.#parts.on.audio(utterance.id, bytes);
  }

  #end(): void {
    const utterance = this.#current;
    if (!utterance) return;
    this.#current = null;
    this.#quiet = [];
    this.#finish(utterance, false);
    this.#parts.ended(utterance.id);
  }

  #finish(utterance: Utterance, cut: boolean): void {
    this.#last = { utterance, endedAtMs: this.#parts.clock.monotonicMs(), cut };
    this.#parts.on.utteranceText(utterance.id, utterance.words.text, true);
    this.#parts.on.audioDone(utterance.id);
  }

  #settle(): void {
    this.#timers.clear('gap');
    this.#timers.clear('drop');
    if (!this.#dropping) return;
    this.#dropping = false;
    this.#parts.settled();
  }
}

/** Whether there is more in it than the noise of a codec at rest: the lowest of its steps, on either side of zero. */
function sounds(bytes: Uint8Array): boolean {
  for (const byte of bytes) if ((byte & 0x7f) < 0x70) return true;
  return false;
}
