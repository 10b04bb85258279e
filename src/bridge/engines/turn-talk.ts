import type { Clock } from '#bridge/contract/clock.ts';
import type { HistoryLine } from './engine.ts';
import { speakable, TextConversation, type TextConversationParts } from './text-conversation.ts';
import { goOn, turnPhrasesFor } from './turn-phrases.ts';

/** What the carrier is to do next. */
export type TurnStep =
  /** Say this, then listen. */
  | { readonly kind: 'ask'; readonly text: string }
  /** The answer is not there yet. */
  | { readonly kind: 'wait'; readonly text: string; readonly forMs: number }
  /** Last words. */
  | { readonly kind: 'leave'; readonly text: string }
  /** Somebody else answers, over a stream. */
  | { readonly kind: 'climbed' }
  /** This way of talking does not go on. @property isModel the text model is to blame, and not the carrier or the line */
  | { readonly kind: 'give-up'; readonly because: string; readonly isModel: boolean };

export interface TurnTalkParts extends Omit<TextConversationParts, 'clock'> {
  readonly clock: Clock;
  readonly language: string | null;
  readonly optOutDigit: string;
  /** Whether words ask not to be called again. */
  isOptOut(words: string): boolean;
  /** Said to whoever does not want to be called again. */
  readonly optedOutText: string;
  readonly on: {
    heard(words: string): void;
    /** These words go to the ear now. */
    spoke(words: string): void;
    /** @param quote their words; null when it was the key */
    optedOut(quote: string | null): void;
    /** Any other key. @returns true when whoever was told does the rest (a transfer): the talk only waits then */
    key(digit: string): boolean;
    /** A turn of the lead is whole. @returns whether somebody else answers it, over a stream */
    climbs?(): boolean;
    /** Nobody said anything for too long. */
    fellSilent(): void;
    answered(latencyMs: number): void;
    /** The next step is known (an answer, its failure, a word for the gap), though the carrier waits on for a while without one. */
    ready?(): void;
  };
}

/** What the carrier is unsure of to this degree is asked again. */
const leastConfidence = 0.35;
const noInputMax = 2;
const noMatchMax = 2;
/** Documents wait in whole seconds. */
const pollMs = 1_000;
/** Whoever has written a word so lately is about to answer; nobody has to be asked for a moment then. */
const writingMs = 500;
/** But not for longer than this many waits. */
const wordlessMax = 2;
/** A carrier that asks by itself within this time is not told; it would begin the answer twice. */
const soonMs = 400;
/** A model that takes so long to fail is followed by one that takes as long again. */
const slowFaultMs = 100;
/** And again after so many: a line that stays silent is taken for dead. */
const waitsBetweenWords = 2;

/** A conversation in turns: the carrier listens, tells us the words, and says our answer; nothing of it needs a socket. */
export class TurnTalk {
  readonly #parts: TurnTalkParts;
  readonly #talk: TextConversation;
  #answer: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'failed'; readonly because: string } | null = null;
  #askedAtMs = 0;
  #waits = 0;
  /** When the last piece of the answer came, monotonic; null before the first. */
  #writtenAtMs: number | null = null;
  /** How often the lead was asked to wait for the present answer. */
  #bridges = 0;
  /** The lead is to be asked for a moment with the next step. */
  #isBridgeDue = false;
  /** When the carrier began to wait without a word; null when it does something else. */
  #quietFromMs: number | null = null;
  #noInput = 0;
  #noMatch = 0;
  /** What the lead said last is still being put into words. */
  #isSearching = false;
  #farewell: string | null = null;
  #isOver = false;

  constructor(parts: TurnTalkParts) {
    this.#parts = parts;
    this.#talk = new TextConversation(parts);
  }

  /** The first words on this way. @param text null: the lead waits for an answer already @param isBridged and was asked for a moment */
  open(text: string | null, isBridged = false): TurnStep {
    if (text !== null) return this.#ask(text);
    this.#think(goOn);
    if (isBridged) this.#bridges = 1;
    return this.#wait(this.#bridge());
  }

  /** What the lead said last is still being put into words: they are asked for a moment. `searched` ends that. */
  search(isBridged: boolean): TurnStep {
    this.#isSearching = true;
    this.#askedAtMs = this.#parts.clock.monotonicMs();
    if (isBridged) this.#bridges = 1;
    return this.#wait(this.#bridge());
  }

  /** @param history all that is known by now @param first as in `open` */
  searched(history: readonly HistoryLine[], first: string | null): void {
    this.#talk.recall(history);
    if (!this.#isSearching) return;
    this.#isSearching = false;
    // Somebody takes leave: then nothing is answered.
    if (this.#isOver || this.#farewell !== null) return;
    if (first !== null) {
      this.#answer = { kind: 'text', text: first };
      this.#tellReady();
      return;
    }
    const [bridges, waits] = [this.#bridges, this.#waits];
    this.#think(goOn);
    this.#bridges = bridges;
    this.#waits = waits;
  }

  /** A turn of the lead, as the carrier heard it. */
  said(turn: { readonly words: string; readonly confidence: number | null; readonly digits: string }): TurnStep {
    if (this.#isOver) return this.#leave();
    const words = turn.words.trim();
    if (turn.digits === this.#parts.optOutDigit) return this.#optOut(null);
    if (words !== '' && this.#parts.isOptOut(words)) {
      this.#parts.on.heard(words);
      return this.#optOut(words);
    }
    if (turn.digits !== '') return this.#parts.on.key(turn.digits) ? this.#wait('') : this.#noMatched();
    if (words === '') return this.#noInputted();
    if (turn.confidence !== null && turn.confidence < leastConfidence) return this.#noMatched();
    this.#noInput = 0;
    this.#noMatch = 0;
    this.#parts.on.heard(words);
    this.#talk.heard(words);
    if (this.#parts.on.climbs?.()) return { kind: 'climbed' };
    this.#think(null);
    return this.#wait('');
  }

  /** The carrier has waited. */
  waited(): TurnStep {
    if (this.#isOver) return this.#leave();
    const answer = this.#answer;
    if (answer === null) {
      if (!this.#talk.isAnswering && !this.#isSearching) return this.#farewell === null ? this.#wait('') : this.#leave();
      return this.#wait(this.#isWaitedFor || this.#isBridgeDue ? this.#bridge() : '');
    }
    this.#answer = null;
    if (answer.kind === 'failed') return { kind: 'give-up', because: answer.because, isModel: true };
    this.#parts.on.answered(this.#parts.clock.monotonicMs() - this.#askedAtMs);
    return this.#ask(answer.text);
  }

  /** End it with these words, at the next step. */
  end(farewell: string): void {
    this.#farewell = farewell;
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

  close(): void {
    this.#isOver = true;
    this.#talk.cancel();
  }

  get #phrases() {
    return turnPhrasesFor(this.#parts.language);
  }

  /** Whether the lead, who has waited once more, has to be told that somebody is there. */
  get #isWaitedFor(): boolean {
    const isWriting = this.#writtenAtMs !== null && this.#parts.clock.monotonicMs() - this.#writtenAtMs < writingMs;
    this.#waits += 1;
    if (this.#bridges > 0) return this.#waits % waitsBetweenWords === 0;
    if (isWriting && this.#waits <= wordlessMax) return false;
    this.#waits = 0;
    return true;
  }

  /** Nobody is asked for one moment twice in a row. */
  #bridge(): string {
    const { oneMoment, thanks } = this.#phrases;
    this.#isBridgeDue = false;
    this.#bridges += 1;
    return this.#bridges % 2 === 1 ? oneMoment : thanks;
  }

  #think(note: string | null): void {
    this.#answer = null;
    this.#waits = 0;
    this.#bridges = 0;
    this.#isBridgeDue = false;
    this.#writtenAtMs = null;
    this.#askedAtMs = this.#parts.clock.monotonicMs();
    const onText = () => {
      this.#writtenAtMs = this.#parts.clock.monotonicMs();
    };
    this.#talk
      .answer(note, onText, () => this.#retried())
      .then(
        (answer) => {
          if (answer === null) return;
          const text = speakable(answer.text);
          // Whoever ran the tool decides what comes next; what the AI said along with it is still to be said.
          if (answer.isHandedOver && text === '') return;
          this.#answer = { kind: 'text', text };
          this.#tellReady();
        },
        (error: unknown) => {
          this.#answer = { kind: 'failed', because: `the text model failed: ${error instanceof Error ? error.message : 'unknown fault'}` };
          this.#tellReady();
        },
      );
  }

  /** A carrier that tells of a turn late has left little time: the lead hears a word before another model has made its answer. */
  #retried(): void {
    if (this.#bridges > 0 || this.#parts.clock.monotonicMs() - this.#askedAtMs < slowFaultMs) return;
    this.#isBridgeDue = true;
    this.#tellReady();
  }

  /** The carrier waits without a word, and will for a while. */
  #tellReady(): void {
    const quietFromMs = this.#farewell === null ? this.#quietFromMs : null;
    if (quietFromMs !== null && this.#parts.clock.monotonicMs() - quietFromMs < pollMs - soonMs) this.#parts.on.ready?.();
  }

  #ask(text: string): TurnStep {
    if (this.#farewell !== null) {
      // The AI has said its own goodbye, so ours would be one too many.
      this.#farewell = text === '' ? this.#farewell : text;
      return this.#leave();
    }
    this.#quietFromMs = null;
    this.#speak(text);
    return { kind: 'ask', text };
  }

  #leave(): TurnStep {
    const text = this.#farewell ?? '';
    this.#isOver = true;
    this.#speak(text);
    return { kind: 'leave', text };
  }

  #wait(text: string): TurnStep {
    if (text !== '') this.#parts.on.spoke(text);
    this.#quietFromMs = text === '' ? this.#parts.clock.monotonicMs() : null;
    return { kind: 'wait', text, forMs: pollMs };
  }

  #optOut(quote: string | null): TurnStep {
    this.#talk.cancel();
    this.#parts.on.optedOut(quote);
    this.#farewell = this.#parts.optedOutText;
    return this.#leave();
  }

  #noInputted(): TurnStep {
    if (this.#noInput >= noInputMax) {
      this.#parts.on.fellSilent();
      this.#farewell = this.#phrases.silentFarewell;
      return this.#leave();
    }
    const text = this.#phrases.noInput[this.#noInput] ?? this.#phrases.noInput[1];
    this.#noInput += 1;
    return this.#ask(text);
  }

  #noMatched(): TurnStep {
    if (this.#noMatch >= noMatchMax) return { kind: 'give-up', because: 'the carrier did not understand the lead', isModel: false };
    this.#noMatch += 1;
    return this.#ask(this.#phrases.noMatch);
  }

  #speak(text: string): void {
    if (text === '') return;
    this.#talk.spoke(text);
    this.#parts.on.spoke(text);
  }
}
