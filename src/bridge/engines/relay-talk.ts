import type { Clock } from '#bridge/contract/clock.ts';
import type { HistoryLine } from './engine.ts';
import { speakable, TextConversation, type TextConversationParts } from './text-conversation.ts';

/** The carrier's voice at the other end of a relay. */
export interface RelayVoice {
  /** @param last of this turn */
  say(words: string, last: boolean, interruptible?: boolean): void;
  /** End the relay in good order. @param handoff comes back with the request for the next document */
  end(handoff: string | null): void;
}

export interface RelayTalkParts extends Omit<TextConversationParts, 'clock'> {
  readonly clock: Clock;
  readonly voice: RelayVoice;
  readonly on: {
    /** A turn of the lead, whole. */
    heard(words: string): void;
    /** Words of ours as they are sent. @param turn counts our turns */
    spoke(turn: number, words: string, last: boolean): void;
    /** Of this turn the lead heard only these words. */
    cut(turn: number, heard: string): void;
    /** A turn of the lead is whole. @returns whether somebody else answers it, over a stream */
    climbs?(): boolean;
    thinking(): void;
    answered(latencyMs: number): void;
    /** What was to be an answer has no words: a tool did what there was to do. */
    wordless?(): void;
    failed(because: string): void;
  };
}

/** A conversation over a text relay: the carrier tells us words and speaks ours; being spoken over is the carrier's doing, we are told of it. */
export class RelayTalk {
  readonly #parts: RelayTalkParts;
  readonly #talk: TextConversation;
  #auto = false;
  #turn = 0;
  /** All that was sent of the present turn. */
  #sent = '';
  #isOver = false;

  constructor(parts: RelayTalkParts) {
    this.#parts = parts;
    this.#talk = new TextConversation(parts);
  }

  /** Words of the lead; those that may still change are not answered. */
  said(words: string, final: boolean): void {
    const text = words.trim();
    if (this.#isOver || !final || text === '') return;
    this.#parts.on.heard(text);
    this.#talk.heard(text);
    if (this.#auto && !this.#parts.on.climbs?.()) this.answer(null);
  }

  /** The lead spoke over us. @param heard what the carrier says they had heard of our turn */
  interrupted(heard: string): void {
    if (this.#isOver) return;
    this.#talk.cancel();
    if (this.#sent === '') return;
    this.#talk.cutLast(heard);
    this.#parts.on.cut(this.#turn, heard.trim());
    this.#sent = '';
  }

  /** Let the AI answer by itself, or hold it back. What is being made then is not said to its end. */
  setAutoAnswer(on: boolean): void {
    this.#auto = on;
    if (!on) this.#talk.cancel();
  }

  /** Ask for an answer now. @param instructions for this answer only */
  answer(instructions: string | null): void {
    if (this.#isOver) return;
    const askedAtMs = this.#parts.clock.monotonicMs();
    const turn = this.#begin();
    let held = '';
    let isFirst = true;
    this.#parts.on.thinking();
    const push = (delta: string) => {
      if (turn !== this.#turn) return;
      if (isFirst && delta.trim() !== '') {
        isFirst = false;
        this.#parts.on.answered(this.#parts.clock.monotonicMs() - askedAtMs);
      }
      // One piece is held back: only the last one may say that it is the last.
      if (held !== '') this.#send(turn, held, false);
      held = delta;
    };
    this.#talk.answer(instructions, push).then(
      (answer) => {
        if (turn !== this.#turn || answer === null) return;
        if (held !== '') this.#send(turn, held, true);
        else this.#parts.on.wordless?.();
      },
      (error: unknown) => {
        if (turn === this.#turn && !this.#isOver)
          this.#parts.on.failed(`the text model failed: ${error instanceof Error ? error.message : 'unknown fault'}`);
      },
    );
  }

  /** Say these words and no others. */
  sayExactly(text: string, interruptible: boolean): void {
    if (this.#isOver || text.trim() === '') return;
    this.#talk.cancel();
    const turn = this.#begin();
    this.#send(turn, text.trim(), true, interruptible);
  }

  /** Say these words while an answer is being made, which comes behind them. @returns false when it has begun already */
  bridge(text: string): boolean {
    if (this.#isOver || this.#sent !== '') return false;
    this.#parts.voice.say(text, true);
    return true;
  }

  /**
   * The rest of an answer is long in coming: what was sent of it is spoken now, with these words behind it. A rest that comes after all
   * is spoken behind them.
   * @returns false when no answer is in the making
   */
  fill(text: string): boolean {
    if (this.#isOver || this.#sent === '' || !this.#talk.isAnswering) return false;
    this.#parts.voice.say(this.#sent.endsWith(' ') ? text : ` ${text}`, true);
    return true;
  }

  /** What was said before is known better by now. */
  recall(history: readonly HistoryLine[]): void {
    this.#talk.recall(history);
  }

  /** The carrier said this by itself (its greeting). */
  noteSpoken(text: string): void {
    this.#talk.spoke(text);
  }

  /** A fact only the AI reads. */
  addContext(text: string, key: string | null = null): void {
    this.#talk.know(text, key);
  }

  withdraw(key: string): void {
    this.#talk.forget(key);
  }

  /** How many answers were begun so far. */
  get answersBegun(): number {
    return this.#talk.answersBegun;
  }

  /** End the relay; the call goes on with its next document. */
  leave(handoff: string | null): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.voice.end(handoff);
  }

  close(): void {
    this.#isOver = true;
    this.#talk.cancel();
  }

  #begin(): number {
    this.#turn += 1;
    this.#sent = '';
    return this.#turn;
  }

  #send(turn: number, words: string, last: boolean, interruptible = true): void {
    const clean = words.replace(/^\s+/u, ' ').replace(/\s+$/u, ' ');
    const token = /^\s*$/u.test(words) ? ' ' : `${clean.startsWith(' ') ? ' ' : ''}${speakable(clean)}${clean.endsWith(' ') ? ' ' : ''}`;
    const isNoted = this.#sent.trim() !== '';
    this.#sent += token;
    // What was sent counts as said until we are told otherwise.
    if (isNoted) this.#talk.cutLast(this.#sent);
    else this.#talk.spoke(this.#sent);
    this.#parts.voice.say(token, last, interruptible);
    this.#parts.on.spoke(turn, this.#sent.trim(), last);
  }
}
