/**
 * The carrier's own part, played against our public side: the requests that it makes, signed as it signs, and the messages that it sends.
 * The line proof needs it to try everything between the carrier and us without ringing a phone.
 */
export interface CarrierMirror {
  /** A form that the carrier posts, as it posts it. @param url full public address @param isGenuine false: by somebody without the token */
  webhook(url: string, isGenuine: boolean): { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** Headers of the upgrade of a media socket. @param url full `wss` address */
  upgradeHeaders(url: string): Readonly<Record<string, string>>;
  /** The first messages on a media socket, before any audio. */
  opening(call: string, stream: string): readonly string[];
  /** 20 ms of the callee. @param index from 0 */
  frame(stream: string, index: number, mulaw: Uint8Array): string;
  /** The last message before the carrier closes the socket; null when it sends none. */
  ending(call: string, stream: string): string | null;
  /** Mu-law in a message that we sent to the carrier, or null when the message holds none. */
  audioIn(message: string): Uint8Array | null;
}

/** What the carrier says of our account. */
export interface CarrierAccount {
  readonly name: string | null;
  readonly isTrial: boolean;
  /** The carrier's word for an account that cannot call (suspended, closed); null when it can. */
  readonly barred: string | null;
  /** Micro-dollars; null when the carrier does not say, or bills afterwards. */
  readonly balanceMicros: number | null;
  /** By how much this computer's clock is ahead of the carrier's; good to about a second. Null when it was not told. */
  readonly clockAheadMs: number | null;
  /** Whether the carrier signs with the very token that is set up here; null when it does not say. */
  readonly signsWithOurToken: boolean | null;
}
