import type { AttemptId } from '#bridge/contract/ids.ts';

/** What the carrier tells of a conversation that it hears and speaks for us. */
export interface RelayHandlers {
  readonly attempt: AttemptId;
  /** @returns false when the call it names is not ours: the adapter closes the socket */
  started(relay: { readonly carrierCallId: string; readonly sessionId: string }): boolean;
  /** @param final false for words that may still change */
  said(words: string, language: string | null, final: boolean): void;
  /** The callee spoke over us. @param heard what they had heard of our turn by then, as the carrier tells it */
  interrupted(heard: string, afterMs: number | null): void;
  digit(digit: string): void;
  /** Somebody has begun to speak, or has stopped, as far as the carrier tells; some do not. */
  speaking?(who: 'ours' | 'theirs', on: boolean): void;
  /** The carrier's end of the connection gives no sign of life any more; `closed` follows. The leg has to be given its next document. */
  frozen?(reason: string): void;
  /** The relay is over, or the socket is gone. Comes once, last. */
  closed(reason: string): void;
  /** The carrier did not take a message, or sent one that cannot be read; the relay goes on. */
  trouble(detail: string): void;
}

/** Our side of a relay. All methods are no-ops before `started` and after `closed`. */
export interface RelayStream {
  /** Words to be spoken, as they come. @param last of this turn */
  say(words: string, last: boolean, interruptible?: boolean): void;
  /** From now on speak and hear this language. */
  setLanguage(language: string): void;
  sendDigits(digits: string): void;
  /** End the relay in good order; the leg then gets the `relay-ended` document. @param handoff comes back with that moment */
  end(handoff: string | null): void;
}
