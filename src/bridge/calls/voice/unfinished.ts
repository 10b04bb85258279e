import { LastWords } from './last-words.ts';
import type { FlowSpeech } from './speech.ts';

/** The longest sentence of a lead that a new voice hears from its beginning. */
const keptMs = 12_000;

/** So many turns are remembered that the lead had ended before anybody had their words. */
const earlierMost = 2;

/** A turn of the lead that nobody has put into words. */
export interface WordlessTurn {
  /** As the transcript calls it. */
  readonly name: string;
  /** What is kept of its sound by now, 8 kHz mu-law. */
  sound(): Uint8Array;
}

/** What a new voice hears again. */
export interface HeardAgain {
  /** How long that takes it, of the lead's sound. */
  readonly againMs: number;
  replay(hear: (frame: Uint8Array) => void): void;
}

/** What one voice leaves to the next, in the middle of a call. */
export class Unfinished {
  readonly #words = new LastWords(keptMs);
  /** What is being said and is not whole yet. */
  readonly inAir = new Set<string>();
  readonly #facts: string[] = [];
  /** A fixed sentence that was to be said, or was cut off. */
  owed: FlowSpeech | null = null;
  /** An answer of the AI's own was cut off. */
  isCut = false;
  #prompt: { readonly instructions: string | null } | null = null;
  /** The turn that nobody has put into words yet. */
  #turn: string | null = null;
  /** Turns before that one whose words have not come either, oldest first. */
  #earlier: readonly WordlessTurn[] = [];
  #resumes: string | null = null;

  /** On the audio path. */
  hear(bytes: Uint8Array): void {
    this.#words.hear(bytes);
  }

  /** This machine hears the lead begin; the session at work has told of no turn yet. On the audio path. */
  voiceBegan(): void {
    this.#words.voiceBegan();
  }

  /** A voice is there, or was just now, that no session has called a turn: perhaps none has heard it. @param isThere at this moment */
  hasVoice(isThere: boolean): boolean {
    return this.#words.hasVoice(isThere);
  }

  /** Whoever it was, the lead has had an answer since. */
  voiceAnswered(): void {
    this.#words.voiceTold();
  }

  turnBegan(turn: string, agoMs: number): void {
    this.#words.voiceTold();
    if (this.#turn === turn) return;
    if (this.#turn !== null) this.#keepEarlier(this.#turn, agoMs);
    this.#turn = turn;
    this.#words.began(agoMs);
  }

  turnUnderstood(turn: string): void {
    if (this.#earlier.length > 0) this.#earlier = this.#earlier.filter(({ name }) => name !== turn);
    if (this.#turn !== turn) return;
    this.#turn = null;
    this.#words.understood();
  }

  /** The turn whose words nobody knows, with its sound; null when those of all are known. */
  get lostTurn(): WordlessTurn | null {
    return this.#turn === null ? null : { name: this.#turn, sound: () => this.#words.pending };
  }

  /** Those before it whose words did not come before the lead went on. No voice hears them again; they are told of once. */
  takeEarlier(): readonly WordlessTurn[] {
    const earlier = this.#earlier;
    this.#earlier = [];
    return earlier;
  }

  /** There is a turn whose words nobody knows. */
  get hasTurn(): boolean {
    return this.#turn !== null;
  }

  /** A new voice is there: the turn that it hears again; null when the words of all are known. */
  handOnTurn(): HeardAgain | null {
    if (this.#turn === null) return null;
    this.#resumes = this.#turn;
    return { againMs: this.#words.pendingMs, replay: (hear) => this.#words.replay(hear) };
  }

  /** The same for a voice that no session has called a turn. It is the new one's to tell of, as its own. */
  handOnVoice(isThere: boolean): HeardAgain | null {
    if (!this.hasVoice(isThere)) return null;
    return { againMs: this.#words.voiceMs, replay: (hear) => this.#words.replayVoice(hear) };
  }

  /** The new voice has found a turn. @returns the one that it is, when it is one that was handed on */
  resumed(turn: string): string {
    const resumes = this.#resumes;
    this.#resumes = null;
    return resumes ?? turn;
  }

  /** To be asked for when somebody is there. */
  ask(instructions: string | null): void {
    this.#prompt = { instructions };
  }

  /** Something is to be asked for. */
  get isAsked(): boolean {
    return this.#prompt !== null;
  }

  /** To be told when somebody is there. */
  know(fact: string): void {
    this.#facts.push(fact);
  }

  takePrompt(): { readonly instructions: string | null } | null {
    const prompt = this.#prompt;
    this.#prompt = null;
    return prompt;
  }

  takeFacts(): readonly string[] {
    return this.#facts.splice(0);
  }

  takeOwed(): FlowSpeech | null {
    const { owed } = this;
    this.owed = null;
    return owed;
  }

  /** A person speaks: nobody owes anything any more. */
  forget(): void {
    this.owed = null;
    this.isCut = false;
    this.#prompt = null;
  }

  /** Its sound is copied: what comes after it is another turn. Seldom, as words mostly come before the next one. */
  #keepEarlier(name: string, endedAgoMs: number): void {
    const sound = this.#words.pendingUntil(endedAgoMs);
    this.#earlier = [...this.#earlier, { name, sound: () => sound }].slice(-earlierMost);
  }
}
