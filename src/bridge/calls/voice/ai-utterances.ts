import type { Playout } from '../../media/playout.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import type { FixedUtterances } from './fixed-utterances.ts';
import type { VoiceLadder } from './voice-ladder.ts';
import type { VoiceEvents } from './voice-parts.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface AiUtterancesParts {
  readonly ai: Pick<VoiceLadder, 'current' | 'own'>;
  readonly playout: Pick<Playout, 'begin'>;
  readonly fixed: FixedUtterances;
  readonly expected: ExpectedSpeech;
  readonly may: VoicePermission;
  readonly events: Pick<VoiceEvents, 'answeredWith'>;
}

/** What the AI says, utterance by utterance: which may be spoken, and which belong to an answer of its own. */
export class AiUtterances {
  readonly #parts: AiUtterancesParts;
  readonly #known = new Set<string>();
  readonly #refused = new Set<string>();
  #answering = false;
  #answers = 0;
  /** What the answer in the making has said so far, when it is one of the AI's own. */
  #own: string[] | null = null;

  constructor(parts: AiUtterancesParts) {
    this.#parts = parts;
  }

  /** An answer is being made. */
  get answering(): boolean {
    return this.#answering;
  }

  /** How many answers were begun. */
  get answers(): number {
    return this.#answers;
  }

  knows(utterance: string): boolean {
    return this.#known.has(utterance);
  }

  /** On the audio path. @returns false when this utterance is not to be spoken */
  begin(utterance: string): boolean {
    if (this.#known.has(utterance)) return !this.#refused.has(utterance);
    this.#known.add(utterance);
    const { ai, playout, fixed, expected, may } = this.#parts;
    const asked = expected.begins();
    if (asked !== null) fixed.set(utterance, asked);
    const what = fixed.get(utterance);
    // An answer of its own may have been under way when the AI was told to say something else, or nothing.
    if (may.isHeld || (what === undefined && (may.isRestricted || expected.what !== null))) {
      this.#refused.add(utterance);
      ai.current?.interrupt(ai.own(utterance) ?? utterance, 0);
      return false;
    }
    if (what === undefined) this.#own?.push(utterance);
    const isPhrase = what === 'one-moment';
    // An answer whose words are known and whose sound does not come has a place already, and would keep the phrase waiting.
    playout.begin(utterance, { interruptible: what === undefined || what === 'greeting' || isPhrase, ahead: isPhrase });
    return true;
  }

  /** @param instructions what the AI was asked for; null when for nothing in particular */
  answerBegan(instructions: string | null): void {
    this.#answering = true;
    this.#answers += 1;
    this.#own = instructions?.includes('<<<') ? null : [];
    this.#parts.expected.answering(instructions);
  }

  answerOver(isComplete: boolean): void {
    this.#answering = false;
    if (isComplete && this.#own && this.#own.length > 0) this.#parts.events.answeredWith(this.#own, this.#answers);
    this.#own = null;
  }

  /** Whoever was making an answer is gone, and nothing is expected of them. */
  lost(): void {
    this.#answering = false;
    this.#own = null;
    this.#parts.expected.forget();
  }
}
