import type { Disposition } from '#bridge/contract/words.ts';
import type { FlowEnding } from '../../domain/call-flow.ts';
import type { CallbackWish } from '../../domain/callback-time.ts';
import { detectOptOut } from '../../domain/opt-out.ts';
import type { TranscriptKeeper } from '../record/transcript.ts';

/** What is said within this long before the lead's words may come back as their echo. */
const echoMs = 2_000;

export interface TalkOutcomeParts {
  readonly transcript: TranscriptKeeper;
  /** Durable when it returns. */
  suppress(quote: string): void;
}

/** What a conversation has decided so far: its business outcome, a wish to be called back, an opt-out, and how we ended it. */
export class TalkOutcome {
  readonly #parts: TalkOutcomeParts;
  readonly #leadLines: string[] = [];
  #optedOut = false;
  #decided: Disposition | null = null;
  #callback: CallbackWish | null = null;
  #ending: FlowEnding | null = null;

  constructor(parts: TalkOutcomeParts) {
    this.#parts = parts;
  }

  get optedOut(): boolean {
    return this.#optedOut;
  }

  /** What was decided on the call about its business outcome. */
  get decided(): Disposition | null {
    const last = this.#ending?.disposition ?? this.#decided;
    // Whoever is interested, or just fell silent, is called back all the same when they asked for it.
    return this.#callback !== null && (last === 'interested' || last === 'talked') ? 'callback-requested' : last;
  }

  /** When the lead wants to be called back; null when they did not ask for it. */
  get callback(): CallbackWish | null {
    return this.#callback;
  }

  /** How we ended it, or were about to when the lead was faster; null when we did not. */
  get ending(): FlowEnding | null {
    return this.#ending;
  }

  decide(disposition: Disposition): void {
    this.#decided = disposition;
  }

  /** @param wish when; null when the lead has named no time */
  wantsCallback(wish: CallbackWish | null): void {
    this.#decided = 'callback-requested';
    if (wish !== null) this.#callback = wish;
  }

  /** An end by the AI, whose own word for its outcome counts before what was decided earlier. */
  endedByAi(because: string, disposition: Disposition | null): FlowEnding {
    return { by: 'ai', reason: `the AI ended the call: ${because}`, disposition: disposition ?? this.#decided };
  }

  /** We say goodbye. The lead may put the receiver down in the middle of it; what was decided before stays decided. */
  closes(ending: FlowEnding): void {
    this.#ending ??= ending;
  }

  /** We hang up. An opt-out counts more than any other ending. */
  hangsUp(ending: FlowEnding): void {
    this.#ending ??= ending;
    if (ending.disposition === 'do-not-call') this.#ending = ending;
  }

  /** The number is not dialled again, whatever else goes wrong. */
  suppress(quote: string): void {
    if (this.#optedOut) return;
    this.#optedOut = true;
    this.#parts.suppress(quote);
  }

  /** The deterministic ear: no model has to notice these words. @returns the words of an opt-out; null when there are none */
  leadSaid(turn: string, text: string): string | null {
    if (text.length === 0) return null;
    this.#leadLines.push(text);
    const agentTextWithin2s = this.#parts.transcript.aiWordsAround(turn, echoMs);
    const found = detectOptOut({ segments: this.#leadLines.slice(-2), agentTextWithin2s });
    return found?.tier === 'opt-out' ? found.quote : null;
  }
}
