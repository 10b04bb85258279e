import { createHash } from 'node:crypto';
import type { ClipTable } from '../../store/store.ts';

export interface Clip {
  /** 8 kHz mu-law. */
  readonly audio: Uint8Array;
  /** The words as they were really spoken. */
  readonly text: string;
}

/** How many clips are kept in memory; a clip of ten seconds takes 80 KB. */
const inMemory = 300;

/** Sentences that were rendered before, by what they say, who says it and with which model. */
export class ClipShelf {
  readonly #table: ClipTable;
  readonly #recent = new Map<string, Clip>();

  constructor(table: ClipTable) {
    this.#table = table;
  }

  key(text: string, voice: string | null, model: string | null, world: string): string {
    return createHash('sha256')
      .update(JSON.stringify([text, voice, model, world]))
      .digest('hex');
  }

  /** Reads the disk when it must: called while the phone rings, never on the audio path. */
  get(key: string): Clip | null {
    const clip = this.#recent.get(key) ?? this.#stored(key);
    if (clip) this.#remember(key, clip);
    return clip;
  }

  /** What the disk does not take is kept in memory, and made again by the next run of this program. */
  put(key: string, clip: Clip): void {
    this.#remember(key, clip);
    try {
      this.#table.put(key, clip.audio, clip.text);
    } catch {
      // Whoever writes the calls themselves tells of a disk in trouble.
    }
  }

  #stored(key: string): Clip | null {
    try {
      return this.#table.get(key);
    } catch {
      return null;
    }
  }

  #remember(key: string, clip: Clip): void {
    this.#recent.delete(key);
    this.#recent.set(key, clip);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= inMemory) break;
      this.#recent.delete(oldest);
    }
  }
}
