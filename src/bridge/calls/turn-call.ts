import type { Clock } from '#bridge/contract/clock.ts';
import type { CallDocument, DocumentMoment } from '../carriers/carrier.ts';
import { detectOptOut } from '../domain/opt-out.ts';
import type { HistoryLine, SessionRequest, UsageLine } from '../engines/engine.ts';
import type { TextCall, TextMind } from '../engines/text-mind.ts';
import { TurnTalk } from '../engines/turn-talk.ts';
import type { TranscriptKeeper } from './transcript.ts';
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

/** What the leg does next, or why this way of talking does not go on. */
export type WordsStep = CallDocument | { readonly kind: 'climbed' } | { readonly kind: 'give-up'; readonly because: string };

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
    gaveUp(because: string): void;
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
  /** The lead was asked for a moment already. */
  readonly isBridged: boolean;
}

/** A conversation in turns on one call: what the carrier hears comes in, and each answer goes out as the leg's next document. */
export class TurnCall {
  readonly #parts: TurnCallParts;
  readonly #talk: TurnTalk;
  readonly #tools = new Map<string, (answer: { readonly result: string; readonly thenAnswer: boolean }) => void>();
  readonly #opening: TurnOpening;
  #first: string | null;
  #last: CallDocument | null = null;
  /** The leg was given an answer for which it has not asked. */
  #isEarly = false;
  #isOver = false;

  /** @param first the first words; empty when the lead has the word, null when they wait for an answer */
  constructor(parts: TurnCallParts, history: readonly HistoryLine[], first: string | null, opening: TurnOpening) {
    const { mind, request, words, clock, transcript, on } = parts;
    this.#parts = parts;
    this.#first = first;
    this.#opening = opening;
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
      runTool: (call) =>
        new Promise((resolve) => {
          this.#tools.set(call.id, resolve);
          on.toolCalled(call);
        }),
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
      const document = this.#keep(this.#talk.open(this.#first, this.#opening.isBridged), this.#opening.isTalkedOver);
      // Who has the word now waits for none of ours.
      if (this.#first !== null) this.#parts.on.spoke();
      return document;
    }
    if (moment.kind === 'said' || moment.kind === 'waited') this.#parts.on.reached();
    // It asks while it is being told; or what it was told has not reached it.
    if (moment.kind === 'waited' && this.#isEarly) return this.#last;
    if (moment.kind === 'said') {
      this.#isEarly = false;
      return this.#keep(this.#talk.said(moment));
    }
    if (moment.kind === 'waited') return this.#keep(this.#talk.waited());
    // Carriers ask again when an answer was lost on the way.
    return this.#last;
  }

  /** @returns false when nobody here has asked for it */
  toolResult(id: string, result: string, thenAnswer: boolean): boolean {
    const answer = this.#tools.get(id);
    this.#tools.delete(id);
    answer?.({ result, thenAnswer });
    return answer !== undefined;
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
    for (const answer of this.#tools.values()) answer({ result: '{"ok":false}', thenAnswer: false });
    this.#tools.clear();
  }

  #early(): void {
    if (this.#isOver || this.#last?.kind !== 'wait') return;
    const step = this.#keep(this.#talk.waited());
    if (step.kind === 'give-up') {
      this.#parts.on.gaveUp(step.because);
      return;
    }
    this.#isEarly = true;
    this.#parts.on.comeBack();
  }

  #keep(step: ReturnType<TurnTalk['said']>, isTalkedOver = false): WordsStep {
    if (step.kind === 'give-up' || step.kind === 'climbed') return step;
    const document = turnDocument(step, this.#parts.words.language, []);
    this.#last = isTalkedOver && document.kind === 'gather' ? { ...document, isWhole: true } : document;
    return this.#last;
  }
}
