import { carriedLines } from '../../domain/carried.ts';
import type { SessionRequest } from '../../engines/engine.ts';
import { turnPhrasesFor } from '../../engines/turn-phrases.ts';
import type { SaidLine } from '../person/hand-over.ts';
import type { AnswerDue } from './answer-due.ts';
import type { FixedUtterances } from './fixed-utterances.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { Unfinished } from './unfinished.ts';
import type { VoiceParts } from './voice-parts.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface CarriedContextParts
  extends Pick<VoiceParts, 'request' | 'transcript' | 'speeches' | 'clock' | 'sinceAnswerMs' | 'leadSpeaks'> {
  readonly tools: ToolMemory;
  readonly fixed: FixedUtterances;
  readonly unfinished: Unfinished;
  readonly due: AnswerDue;
  readonly may: VoicePermission;
}

/** What whoever comes into a call that goes on is told of it, and begins with. */
export class CarriedContext {
  readonly #parts: CarriedContextParts;
  /** When a session was last told all that was said, since the answer. */
  #toldAtMs = 0;

  constructor(parts: CarriedContextParts) {
    this.#parts = parts;
  }

  /** What a session is opened with that comes into the call now. */
  request(): SessionRequest {
    const { request, transcript, tools, fixed, may, clock, sinceAnswerMs } = this.#parts;
    this.#toldAtMs = sinceAnswerMs(clock.monotonicMs());
    const history = carriedLines({
      // What only bridged a gap is no part of the conversation.
      heard: transcript.settled().filter(({ text }) => !this.#isBridge(text)),
      tools: tools.carried,
      disclosureHeard: fixed.disclosureHeard,
      greetingHeard: fixed.greetingHeard,
      holder: may.isHeld ? 'operator' : 'ai',
    });
    return history.length === 0 ? request : { ...request, history };
  }

  /** What was said since a session was last told. */
  saidSince(): readonly SaidLine[] {
    return this.#parts.transcript.said(this.#toldAtMs);
  }

  /** This machine hears the lead at this moment. */
  get leadSpeaks(): boolean {
    return this.#parts.leadSpeaks();
  }

  /** The lead is in the middle of a turn, as far as anybody can hear. */
  get leadIsTalking(): boolean {
    return this.#parts.unfinished.hasTurn || this.leadSpeaks;
  }

  get disclosureHeard(): boolean {
    return this.#parts.fixed.disclosureHeard || this.#parts.speeches.disclosure === null;
  }

  /** What the lead must hear first; null when they have. */
  get unheardDisclosure(): string | null {
    return this.disclosureHeard ? null : this.#parts.speeches.disclosure;
  }

  /**
   * How whoever speaks without a stream begins: with these words, with an answer (null), or by listening (empty).
   * @param isLost what came before had no stream either, and broke: nobody knows what it did not tell
   */
  firstWords(isLost: boolean): string | null {
    const { request, transcript, speeches, fixed, unfinished, due } = this.#parts;
    const disclosure = this.unheardDisclosure;
    if (disclosure !== null) return `${disclosure} ${speeches.greeting ?? ''}`.trim();
    // Nobody can hear again what they were saying.
    if (this.leadIsTalking) return turnPhrasesFor(request.language).noMatch;
    const isCut = transcript.endsCut;
    const last = transcript.settled().findLast(({ speaker, text }) => speaker !== 'system' && !this.#isBridge(text));
    const isUnanswered = last?.speaker === 'lead';
    if (!fixed.greetingHeard && (isCut || !isUnanswered)) return speeches.greeting ?? '';
    if (isCut || due.isDue || isUnanswered || unfinished.isCut || unfinished.isAsked) return null;
    // Nor whether it was a word, when they have just stopped.
    return isLost || unfinished.hasVoice(false) ? turnPhrasesFor(request.language).noMatch : '';
  }

  /** Only said for the gap, by us or by the carrier's voice. */
  #isBridge(text: string): boolean {
    const { request, speeches } = this.#parts;
    const { oneMoment, thanks } = turnPhrasesFor(request.language);
    return text === speeches['one-moment'] || text === oneMoment || text === thanks;
  }

  /** What was said without a stream has reached the lead, who has answered it. @returns whether the disclosure was among it */
  firstWordsHeard(): boolean {
    const { fixed, unfinished } = this.#parts;
    const isNew = !this.disclosureHeard;
    unfinished.takePrompt();
    unfinished.voiceAnswered();
    fixed.heard('disclosure');
    fixed.heard('greeting');
    return isNew;
  }
}
