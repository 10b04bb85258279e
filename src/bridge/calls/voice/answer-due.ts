import type { Clock } from '#bridge/contract/clock.ts';
import type { LadderEvent } from '../../domain/ladder-state.ts';

export interface AnswerDueParts {
  readonly clock: Clock;
  /** A stream is open: what is said is heard. */
  isLineOpen(): boolean;
  note(event: LadderEvent): void;
}

/** Whether the lead waits for a word of the AI, since when, and what it was asked for. */
export class AnswerDue {
  readonly #parts: AnswerDueParts;
  #isDue = false;
  /** The lead has spoken again before there was an answer to what they had said, or it broke off. */
  #isOwed = false;
  /** Something was due when what was said last began, and the lead has not spoken since. */
  #wasDue = false;
  /** What was asked for and has not begun to be said. */
  #asked: { readonly instructions: string | null } | null = null;
  /** When the lead's last turn was over, monotonic. */
  #turnOverAtMs = 0;

  constructor(parts: AnswerDueParts) {
    this.#parts = parts;
  }

  /** The lead has said something that waits for an answer. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Something that the lead said before has not been answered yet, or not to its end. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** The lead waits for a word, whether or not it is being made already. */
  get isAwaited(): boolean {
    return this.#isDue || this.#isOwed || this.#asked !== null;
  }

  /** An answer was lost in the middle: whatever the lead says before there is another one, they wait for a word. */
  owes(): void {
    this.#isOwed = true;
  }

  /** The lead begins to speak: whatever they say now is to be answered as well. */
  turnBegan(): void {
    this.#isOwed ||= this.#isDue;
    this.#isDue = false;
    this.#wasDue = false;
    this.#asked = null;
  }

  /** @param agoMs since the lead's last word */
  turnOver(agoMs: number): void {
    this.#isDue = true;
    this.#turnOverAtMs = this.#parts.clock.monotonicMs() - agoMs;
  }

  /** The lead has said a turn that a voice is to answer which is still to come. */
  climbs(): void {
    this.#isDue = true;
  }

  /** A session was asked for something to say. */
  asked(instructions: string | null): void {
    this.#asked = { instructions };
  }

  /** @returns what the session that is gone was asked for and did not begin */
  takeAsked(): { readonly instructions: string | null } | null {
    const asked = this.#asked;
    this.#asked = null;
    return asked;
  }

  /** It is being said, or nobody waits for it any more. */
  settle(): void {
    this.#wasDue = this.#isDue || this.#isOwed;
    this.#isDue = false;
    this.#isOwed = false;
    this.#asked = null;
  }

  /** What was said held no word: the lead waits still, since the end of their turn. */
  saidNothing(): void {
    if (!this.#wasDue) return;
    this.#wasDue = false;
    this.#isDue = true;
    this.expectWordSinceTurn();
  }

  /** A word is to come from now on. Without a stream nobody hears whether it does. @param agoMs since the lead's last one */
  expectWord(agoMs = 0): void {
    if (this.#parts.isLineOpen()) this.#parts.note({ type: 'speech.due', agoMs });
  }

  /** A word is to come, and the lead has waited for it since the end of their turn. */
  expectWordSinceTurn(): void {
    this.expectWord(this.#parts.clock.monotonicMs() - this.#turnOverAtMs);
  }

  /** Nobody waits for an answer. */
  nothing(): void {
    this.#isDue = false;
    this.#parts.note({ type: 'speech.off' });
  }
}
