import type { Clock } from '#bridge/contract/clock.ts';
import type { EngineHandlers } from '../engine.ts';
import { Timers } from '../timers.ts';

/** The model is asked, not commanded: after this it is reminded. */
const nudgeMs = 1_500;
/** And after this it is not expected to speak any more. */
const silentMs = 6_000;
/** The voice says what the model behind it has found within this time, or not at all. */
const resultMs = 4_000;

interface Answer {
  /** With which it was asked for; null when nobody asked. */
  readonly asked: { readonly instructions: string | null; readonly eventId: string } | null;
}

export interface AnswersParts {
  readonly clock: Clock;
  readonly on: Pick<EngineHandlers, 'answering' | 'answered'>;
  /** Ask the model to speak now. */
  ask(instructions: string | null, eventId: string): void;
  nudge(): void;
  /** Whether what was cut has stopped arriving, and nothing is being said. */
  isQuiet(): boolean;
}

/** One answer after the other, where the service knows none: an answer begins when it is asked for or heard, and ends with its sound. */
export class Answers {
  readonly #parts: AnswersParts;
  readonly #timers: Timers;
  readonly #waiting: (string | null)[] = [];
  #active: Answer | null = null;
  #asks = 0;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  get isActive(): boolean {
    return this.#active !== null;
  }

  /** Somebody of ours wants this to be said, so it may be heard whatever else is held back. */
  get isAsked(): boolean {
    return this.#active?.asked != null;
  }

  want(instructions: string | null): void {
    this.#waiting.push(instructions);
    this.next();
  }

  /** Ask for the next one, if it is its turn. */
  next(): void {
    if (this.#active || this.#waiting.length === 0 || !this.#parts.isQuiet()) return;
    const instructions = this.#waiting.shift() ?? null;
    this.#asks += 1;
    const eventId = `ask-${this.#asks}`;
    this.#active = { asked: { instructions, eventId } };
    this.#parts.on.answering({ instructions });
    this.#parts.ask(instructions, eventId);
    this.#timers.set('nudge', nudgeMs, () => this.#parts.nudge());
    this.#timers.set('silent', silentMs, () => this.finish('incomplete', 'OpenAI did not speak when it was asked to'));
  }

  speechBegan(): void {
    this.#begin();
    this.#timers.clear('nudge');
    this.#timers.clear('silent');
  }

  speechEnded(): void {
    this.finish('completed');
  }

  workBegan(): void {
    this.#begin();
    this.#timers.clear('nudge');
    this.#timers.clear('silent');
  }

  /** The model behind the voice has finished. @param willSpeak there is something to be said of it */
  workEnded(willSpeak: boolean, isSpeaking: boolean): void {
    if (isSpeaking || !this.#active) return;
    if (willSpeak) this.#timers.set('silent', resultMs, () => this.finish('completed'));
    else this.finish('completed');
  }

  /** The service did not take what we asked. @returns whether it was one of ours */
  refused(eventId: string, cause: string): boolean {
    if (this.#active?.asked?.eventId !== eventId) return false;
    this.finish('failed', cause);
    return true;
  }

  finish(status: 'completed' | 'cancelled' | 'incomplete' | 'failed', detail: string | null = null): void {
    this.#timers.end();
    if (!this.#active) return;
    this.#active = null;
    this.#parts.on.answered({ status, detail });
    this.next();
  }

  end(): void {
    this.#timers.end();
    this.#waiting.length = 0;
    this.#active = null;
  }

  #begin(): void {
    if (this.#active) return;
    this.#active = { asked: null };
    this.#parts.on.answering({ instructions: null });
  }
}
