/**
 * A simulated person at the far end of a simulated carrier. The carrier gives them what their ear receives and takes what they say; they
 * know nothing of the bridge or of the AI but what they hear.
 */
export interface Person {
  /** How the phone behaves before anybody talks. */
  readonly ringing:
    | { readonly kind: 'answers'; readonly afterMs: number }
    | { readonly kind: 'busy'; readonly afterMs: number }
    | { readonly kind: 'rejects'; readonly afterMs: number }
    /** Rings until the caller gives up. */
    | { readonly kind: 'no-answer' }
    | { readonly kind: 'invalid-number' };
  /** What an answering-machine detector would say, and when after the answer. */
  readonly machine: { readonly kind: 'human' | 'machine' | 'unknown'; readonly afterMs: number; readonly beepAtMs: number | null };
  /** Pick up. One conversation for one answered call. */
  answer(): Conversation;
}

export interface Conversation {
  /**
   * Twenty milliseconds pass.
   * @param heard 160 bytes of mu-law that reached the ear (silence is 0xFF); valid during the call
   * @param out 160 bytes to fill with what the person says (silence when nothing)
   * @returns what the person does besides, or null
   */
  tick(heard: Uint8Array, out: Uint8Array): PersonAction | null;
}

export type PersonAction = { readonly kind: 'hang-up' } | { readonly kind: 'press'; readonly digits: string };

/** Who answers at a number. Unknown numbers do not exist (`invalid-number`). */
export type Directory = (number: string) => Person;

/** Speech without a network: text to 8 kHz mu-law, the same bytes for the same text and voice. Rendered ahead, off the audio path. */
export interface Voices {
  render(text: string, voice: 'slt' | 'rms' | 'awb' | 'kal16'): Promise<Uint8Array>;
  /** Already rendered, or null. */
  cached(text: string, voice: 'slt' | 'rms' | 'awb' | 'kal16'): Uint8Array | null;
  /**
   * Which rendered clip a piece of audio belongs to. The simulated AI "hears" with it: a 160-byte frame that passed through the bridge
   * unharmed names its clip and its place in it.
   */
  recognise(frame: Uint8Array): { readonly clip: string; readonly frameIndex: number; readonly frames: number } | null;
  close(): Promise<void>;
}
