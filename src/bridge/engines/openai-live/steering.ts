import type { ClientEvent } from 'openai/resources/live/live';
import { piecesOf } from './pieces.ts';
import { holdText, releaseText, stopText } from './session-start.ts';

const nudgePrefix = 'nudge-';

export interface SteeringParts {
  send(event: ClientEvent): void;
  /** Do this when the session has begun; nothing but its start may be sent before. */
  whenReady(action: () => void): void;
  readonly whileHeld: 'listen' | 'mute';
  /** What the model said into nothing while it was held back. */
  takeUnheard(): string;
}

/** What can be said to a voice that takes no commands: instructions it obeys, facts it knows, and things to say, none of them ever taken back. */
export class Steering {
  readonly #parts: SteeringParts;
  #autoSent = false;

  constructor(parts: SteeringParts) {
    this.#parts = parts;
  }

  /** The start of the session has said already whether it may speak by itself. */
  started(auto: boolean): void {
    this.#autoSent = auto;
  }

  obey(text: string, eventId?: string): void {
    this.#append('instructions', text, eventId);
  }

  know(text: string): void {
    this.#append('thinking', text);
  }

  say(text: string, eventId?: string): void {
    this.#append('commentary', text, eventId);
  }

  stop(): void {
    this.obey(stopText);
  }

  nudge(id: string, text: string): void {
    this.obey(text, `${nudgePrefix}${id}`);
  }

  /** It can only be contradicted. */
  withdraw(id: string): void {
    this.obey('Disregard the last hint that you were given.', `withdraw-${id}`);
  }

  /** Whose hint it is that the service holds now; null when it is none. */
  nudgeOf(eventId: string | null | undefined): string | null {
    return eventId?.startsWith(nudgePrefix) ? eventId.slice(nudgePrefix.length) : null;
  }

  ask(instructions: string | null, eventId: string): void {
    if (instructions === null) this.say('It is your turn: say what fits the conversation now.', eventId);
    else this.obey(`Begin now, then listen: ${instructions}`, eventId);
  }

  remind(): void {
    this.say('Say now what you were told to say.');
  }

  /** The service keeps all that it made, whatever was heard of it. @param complete whether its sound was made to the end */
  heard(made: { readonly text: string; readonly receivedMs: number }, heardMs: number, complete: boolean): void {
    if (made.text === '') return;
    const heard = heardPart(made.text, heardMs, made.receivedMs, complete);
    if (heard === made.text) return;
    this.know(heard === '' ? `The person did not hear: ${made.text}` : `Of your last words the person heard only: ${heard}`);
  }

  /** Let it answer by itself, or hold it back. */
  setAuto(on: boolean): void {
    if (this.#autoSent === on) return;
    this.#autoSent = on;
    if (this.#parts.whileHeld === 'mute') this.#parts.send({ type: on ? 'session.input_audio.unmute' : 'session.input_audio.mute' });
    if (!on) {
      this.obey(holdText);
      return;
    }
    const unheard = this.#parts.takeUnheard();
    if (unheard !== '') this.know(`Nobody heard what you said meanwhile: ${unheard}`);
    this.obey(releaseText);
  }

  #append(kind: 'instructions' | 'thinking' | 'commentary', text: string, eventId?: string): void {
    const named = eventId === undefined ? {} : { event_id: eventId };
    this.#parts.whenReady(() => {
      for (const content of piecesOf(text)) this.#parts.send({ type: `session.${kind}.append`, content, delegation_id: null, ...named });
    });
  }
}

/** The beginning of a text, by the share of its sound that was heard. While it is still being made, its words run ahead of its sound. */
function heardPart(text: string, heardMs: number, receivedMs: number, complete: boolean): string {
  if (complete && heardMs >= receivedMs) return text;
  const share = receivedMs > 0 ? Math.min(1, heardMs / receivedMs) : 0;
  const end = Math.floor(text.length * share);
  return end >= text.length ? text : text.slice(0, Math.max(0, text.lastIndexOf(' ', end))).trimEnd();
}
