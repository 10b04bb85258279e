import type { Logger } from 'pino';
import type { EngineSession } from '../../engines/engine.ts';
import type { Clip, ClipShelf } from './clip-shelf.ts';
import type { FixedSpeech, Speeches } from './speech.ts';

/** Hears a sentence while it is being made. */
export interface ClipFollower {
  /** Valid during the call. */
  audio(bytes: Uint8Array): void;
  /** @param text the words as they were spoken, or null when they could not be made (what came was spoken all the same) */
  done(text: string | null): void;
}

/** A sentence that is being made: what there is of it so far, and what follows. */
class ClipInTheMaking {
  readonly #pieces: Uint8Array[] = [];
  #follower: ClipFollower | null = null;

  add(bytes: Uint8Array): void {
    if (this.#follower) this.#follower.audio(bytes);
    // The bytes belong to who gave them.
    else this.#pieces.push(Uint8Array.from(bytes));
  }

  end(text: string | null): void {
    this.#follower?.done(text);
  }

  get hasAudio(): boolean {
    return this.#pieces.length > 0;
  }

  follow(follower: ClipFollower): void {
    for (const piece of this.#pieces.splice(0)) follower.audio(piece);
    this.#follower = follower;
  }
}

/** The fixed sentences of one call: taken from the shelf, or made while the phone rings, the first words first. */
export class ClipStudio {
  readonly #shelf: ClipShelf;
  readonly #speeches: Speeches;
  readonly #keysOf: (text: string) => readonly [string, ...string[]];
  readonly #log: Logger;
  readonly #making = new Map<FixedSpeech, ClipInTheMaking>();

  /** @param parts `keysOf`: where a sentence may lie; it is put where the first key says */
  constructor(parts: { shelf: ClipShelf; speeches: Speeches; keysOf: (text: string) => readonly [string, ...string[]]; log: Logger }) {
    this.#shelf = parts.shelf;
    this.#speeches = parts.speeches;
    this.#keysOf = parts.keysOf;
    this.#log = parts.log;
  }

  get(what: FixedSpeech): Clip | null {
    const text = this.#speeches[what];
    if (text === null) return null;
    for (const key of this.#keysOf(text)) {
      const clip = this.#shelf.get(key);
      if (clip) return clip;
    }
    return null;
  }

  /** Hear a sentence that is being made, from its beginning. @returns false when it is not, or nothing of it has come yet */
  follow(what: FixedSpeech, follower: ClipFollower): boolean {
    const making = this.#making.get(what);
    if (!making?.hasAudio) return false;
    making.follow(follower);
    return true;
  }

  /**
   * Make what is missing, one after the other. Ends at the first failure: the session can still speak a sentence itself.
   * @param needed whether a sentence may still be wanted; asked before each
   */
  async make(session: EngineSession, signal: AbortSignal, needed: (what: FixedSpeech) => boolean, made: () => void): Promise<void> {
    for (const what of ['disclosure', 'greeting', 'one-moment', 'opt-out-farewell', 'farewell'] as const) {
      const text = this.#speeches[what];
      if (text === null || this.get(what) !== null || !needed(what)) continue;
      const [key] = this.#keysOf(text);
      const making = new ClipInTheMaking();
      this.#making.set(what, making);
      try {
        const clip = await session.render(text, signal, (bytes) => making.add(bytes));
        this.#shelf.put(key, clip);
        making.end(clip.text);
        made();
      } catch (error) {
        making.end(null);
        if (!signal.aborted)
          this.#log.info({ reason: error instanceof Error ? error.message : 'unknown' }, 'a sentence could not be rendered ahead');
        return;
      } finally {
        this.#making.delete(what);
      }
    }
  }
}
