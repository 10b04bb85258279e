import type { Clock } from '#bridge/contract/clock.ts';
import type { CallDocument, DocumentMoment } from '../../carriers/carrier.ts';
import { detectOptOut } from '../../domain/opt-out.ts';
import type { HistoryLine, SessionRequest, UsageLine } from '../../engines/engine.ts';
import type { Provider } from '../../engines/health.ts';
import type { TextCall, TextMind } from '../../engines/text-mind.ts';
import { TurnTalk } from '../../engines/turn-talk.ts';
import type { TranscriptKeeper } from '../record/transcript.ts';
import { PendingTools } from './pending-tools.ts';
import { turnDocument } from './turn-documents.ts';

/** What a carrier needs to know to speak and hear for us. */
export interface TurnWords {
  /** BCP 47 with a region. */
  readonly language: string;
  readonly optOutDigit: string;
  /** Last words for whoever does not want to be called again. */
  readonly optedOut: string;
  /** Said when nobody of ours is left. */
  readonly apology: { readonly text: string; readonly language: string };
}

/** What the leg does next, or why this way of talking does not go on. @property blamed null when it may be this call's bad luck */
export type WordsStep =
  | CallDocument
  | { readonly kind: 'climbed' }
  | { readonly kind: 'give-up'; readonly because: string; readonly blamed: Provider | null };

export interface TurnCallParts {
  readonly mind: TextMind;
  readonly request: SessionRequest;
  readonly words: TurnWords;
  /** Said by the carrier when nobody of ours is left. */
  readonly apology: { readonly text: string; readonly language: string };
  readonly clock: Clock;
  readonly transcript: TranscriptKeeper;
  nowMs(): number;
  readonly on: {
    /** @param quote the lead's words; null when it was the key */
    optedOut(quote: string | null): void;
    fellSilent(): void;
    toolCalled(call: TextCall): void;
    usage(lines: readonly UsageLine[]): void;
    /** The first document goes to the leg. */
    began(): void;
    spoke(): void;
    /** The lead has answered what was said, or has let the time for it pass: it was heard. */
    reached(): void;
    changed(): void;
    gaveUp(because: string, blamed: Provider | null): void;
    /** The leg can be given its next document at once. */
    comeBack(): void;
    /** A turn of the lead is whole. @returns whether somebody else answers it, over a stream */
    climbs(): boolean;
    /** @param answersBegun so far */
    nudged(id: string, answersBegun: number): void;
    /** An answer goes to the ear. @param utterances its names in the transcript @param ordinal which one, from 1 */
    answeredWith(utterances: readonly string[], ordinal: number): void;
  };
}

/** How the lead stands when the carrier takes over. */
export interface TurnOpening {
  /** The lead is speaking at this moment. */
  readonly isTalkedOver: boolean;
  /** With these words whoever speaks begins, and nobody may talk over them; null when the lead has heard them. */
  readonly disclosure: string | null;
  /** The lead was asked for a moment already. */
  readonly isBridged: boolean;
  /** What they said last is still being put into words; whoever speaks next waits for that. */
  readonly isSearching: boolean;
}

/** A conversation in turns on one call: what the carrier hears comes in, and each answer goes out as the leg's next document. */
export class TurnCall {
  readonly #parts: TurnCallParts;
  readonly #talk: TurnTalk;
  readonly #tools = new PendingTools();
  readonly #opening: TurnOpening;
  #first: string | null;
  #last: CallDocument | null = null;
  /** When the leg was given a document for which it has not asked, monotonic; null when it has asked for the last one. */
  #earlyAtMs: number | null = null;
  #isSearching: boolean;
  #isOver = false;

  /** @param first the first words; empty when the lead has the word, null when they wait for an answer */
  constructor(parts: TurnCallParts, history: readonly HistoryLine[], first: string | null, opening: TurnOpening) {
    const { mind, request, words, clock, transcript, on } = parts;
    this.#parts = parts;
    this.#first = first;
    this.#opening = opening;
    this.#isSearching = opening.isSearching;
    this.#talk = new TurnTalk({
      mind,
      clock,
      history,
      instructions: request.instructions,
      tools: request.tools,
      safetyIdentifier: request.safetyIdentifier,
      language: request.language,
      optOutDigit: words.optOutDigit,
      optedOutText: words.optedOut,
      isOptOut: (text) => detectOptOut({ segments: [text], agentTextWithin2s: null })?.tier === 'opt-out',
      runTool: (call) => this.#tools.ask(call.id, () => on.toolCalled(call)),
      usage: (lines) => on.usage(lines),
      on: {
        heard: (text) => {
          transcript.note('lead', text, parts.nowMs());
          on.changed();
        },
        spoke: (text) => {
          if (text.trim() !== '') transcript.note('ai', text, parts.nowMs());
          on.spoke();
        },
        optedOut: (quote) => on.optedOut(quote),
        key: () => false,
        fellSilent: () => on.fellSilent(),
        climbs: () => on.climbs(),
        answered: () => on.answeredWith([], this.#talk.answersBegun),
        ready: () => this.#early(),
      },
    });
  }

  /** What the leg does next. @returns the reason when this way of talking does not go on */
  next(moment: DocumentMoment): WordsStep {
    if (this.#last === null) {
      this.#parts.on.began();
      const document = this.#keep(this.#open(), this.#opening.isTalkedOver);
      // Who has the word now waits for none of ours.
      if (this.#first !== null) this.#parts.on.spoke();
      return document;
    }
    if (moment.kind === 'said' || moment.kind === 'waited') this.#parts.on.reached();
    // It asks while it is being told; or what it was told has not reached it.
    if (moment.kind === 'waited' && this.#isBeingTold) return this.#last;
    if (moment.kind === 'said' || moment.kind === 'waited') this.#earlyAtMs = null;
    if (moment.kind === 'said') return this.#keep(this.#talk.said(moment));
    if (moment.kind === 'waited') return this.#keep(this.#talk.waited());
    // Carriers ask again when an answer was lost on the way.
    return this.#last;
  }

  /** What was looked for is found, or is not waited for any more. @param first how to begin now, as in the constructor */
  searched(history: readonly HistoryLine[], first: string | null): void {
    if (this.#isOver || !this.#isSearching) return;
    this.#isSearching = false;
    this.#first = first;
    this.#talk.searched(history, first);
  }

  /** @returns false when nobody here has asked for it */
  toolResult(id: string, result: string, thenAnswer: boolean): boolean {
    return this.#tools.answer(id, result, thenAnswer);
  }

  /** What has happened while a person had the call. @param opens the AI is to speak about it first, where nobody has begun yet */
  knows(context: string, opens: string | null): void {
    this.#talk.addContext(opens === null ? context : `${context} ${opens}`);
    if (opens !== null && this.#last === null) this.#first ||= null;
  }

  /** A hint only the AI reads. */
  nudge(id: string, text: string): void {
    this.#talk.addContext(text, id);
    this.#parts.on.nudged(id, this.#talk.answersBegun);
  }

  withdraw(id: string): void {
    this.#talk.withdraw(id);
  }

  /** Last words, with the next document. */
  end(farewell: string): void {
    this.#talk.end(farewell);
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#talk.close();
    this.#tools.close();
  }

  #open(): ReturnType<TurnTalk['open']> {
    const { isBridged } = this.#opening;
    return this.#isSearching ? this.#talk.search(isBridged) : this.#talk.open(this.#first, isBridged);
  }

  #early(): void {
    if (this.#isOver || this.#last?.kind !== 'wait') return;
    const step = this.#keep(this.#talk.waited());
    if (step.kind === 'give-up') {
      this.#parts.on.gaveUp(step.because, step.blamed);
      return;
    }
    this.#earlyAtMs = this.#parts.clock.monotonicMs();
    this.#parts.on.comeBack();
  }

  /** The leg cannot have run yet what it was given unasked. */
  get #isBeingTold(): boolean {
    if (this.#earlyAtMs === null) return false;
    return this.#last?.kind !== 'wait' || this.#parts.clock.monotonicMs() - this.#earlyAtMs < this.#last.forMs;
  }

  #keep(step: ReturnType<TurnTalk['said']>, isTalkedOver = false): WordsStep {
    if (step.kind === 'climbed') return step;
    // A lead whom the recogniser does not understand says nothing about other leads.
    if (step.kind === 'give-up') return { kind: 'give-up', because: step.because, blamed: step.isModel ? 'openai-text' : null };
    const document = turnDocument(step, this.#parts.words.language, []);
    this.#last = document.kind === 'gather' ? this.#toItsEnd(document, isTalkedOver) : document;
    return this.#last;
  }

  /** What is not to be stopped by whoever talks: the disclosure; and all of it, where its first sound would be talked over. */
  #toItsEnd(document: Extract<CallDocument, { kind: 'gather' }>, isTalkedOver: boolean): CallDocument {
    const { text } = document;
    const { disclosure } = this.#opening;
    const whole = isTalkedOver ? text : disclosure !== null && text.startsWith(disclosure) ? disclosure : '';
    return whole === '' ? document : { ...document, whole, text: text.slice(whole.length).trim() };
  }
}
