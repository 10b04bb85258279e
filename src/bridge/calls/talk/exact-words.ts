import type { FlowState } from '../../domain/call-flow.ts';
import { exactly } from '../voice/speech.ts';
import type { Voice } from '../voice/voice.ts';

export interface ExactWordsParts {
  readonly voice: Voice;
  state(): FlowState;
  isLeadSpeaking(): boolean;
}

/** What a person has written for the AI to say, word for word: at once, or when nobody speaks. */
export class ExactWords {
  readonly #parts: ExactWordsParts;
  #waiting: string[] = [];

  constructor(parts: ExactWordsParts) {
    this.#parts = parts;
  }

  /** @returns false when the AI cannot say it */
  say(text: string, when: 'gap' | 'now'): boolean {
    const { voice, state } = this.#parts;
    const { kind } = state();
    if (!voice.hasSession || (kind !== 'talking' && kind !== 'greeting' && kind !== 'disclosing')) return false;
    if (when === 'now' && kind === 'talking') {
      voice.clear(false);
      voice.prompt(exactly(text));
    } else {
      this.#waiting.push(text);
      this.sayNext();
    }
    return true;
  }

  /** Nobody may speak any more: the next one is due. */
  sayNext(): void {
    const { voice, state, isLeadSpeaking } = this.#parts;
    if (state().kind !== 'talking' || isLeadSpeaking() || voice.busy) return;
    const text = this.#waiting.shift();
    if (text !== undefined) voice.prompt(exactly(text));
  }

  /** Somebody else has the word now, or the call ends. */
  forget(): void {
    this.#waiting = [];
  }
}
