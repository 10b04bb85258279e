import { BYTES_PER_MS, FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';
import type { EarSource } from './leg.ts';

/** Silence between two pieces of audio shorter than this is a hole in a sentence, not a pause. */
const HOLE_TICKS = 10;

/**
 * The carrier's buffer of audio on its way to the ear: what arrives is queued and played in order at 8000 bytes per second, one frame a
 * tick, whatever the sizes that it came in. Named positions in it (Twilio's marks, Plivo's checkpoints) fall due when the playing reaches
 * them.
 */
export class Playout implements EarSource {
  #chunks: Uint8Array[] = [];
  #headOffset = 0;
  #received = 0;
  #played = 0;
  #marks: { readonly name: string; readonly at: number }[] = [];
  readonly #onDue: (name: string) => void;
  #ticksSinceAudio = Number.POSITIVE_INFINITY;
  /** Times that the audio ran dry and went on within 200 ms. */
  holes = 0;
  maxQueuedMs = 0;

  /** @param onDue told each mark when the audio before it has been played */
  constructor(onDue: (name: string) => void) {
    this.#onDue = onDue;
  }

  get queuedBytes(): number {
    return this.#received - this.#played;
  }

  get queuedMs(): number {
    return this.queuedBytes / BYTES_PER_MS;
  }

  get pendingMarks(): number {
    return this.#marks.length;
  }

  /** Kept, not copied. */
  push(audio: Uint8Array): void {
    if (audio.length === 0) return;
    this.#chunks.push(audio);
    this.#received += audio.length;
    this.maxQueuedMs = Math.max(this.maxQueuedMs, this.queuedMs);
  }

  /** Name the position behind everything received so far; falls due at once when nothing is queued. */
  mark(name: string): void {
    if (this.queuedBytes === 0 && this.#marks.length === 0) this.#onDue(name);
    else this.#marks.push({ name, at: this.#received });
  }

  /** Drop what was not played. @returns the marks that will not fall due any more */
  clear(): string[] {
    this.#chunks = [];
    this.#headOffset = 0;
    this.#played = this.#received;
    this.#ticksSinceAudio = Number.POSITIVE_INFINITY;
    const names = this.#marks.map((mark) => mark.name);
    this.#marks = [];
    return names;
  }

  read(ear: Uint8Array): void {
    let filled = 0;
    while (filled < FRAME_BYTES) {
      const head = this.#chunks[0];
      if (head === undefined) break;
      const count = Math.min(FRAME_BYTES - filled, head.length - this.#headOffset);
      ear.set(head.subarray(this.#headOffset, this.#headOffset + count), filled);
      filled += count;
      this.#headOffset += count;
      if (this.#headOffset === head.length) {
        this.#chunks.shift();
        this.#headOffset = 0;
      }
    }
    if (filled > 0 && this.#ticksSinceAudio > 0 && this.#ticksSinceAudio <= HOLE_TICKS) this.holes++;
    if (filled < FRAME_BYTES) {
      ear.fill(SILENCE, filled);
      this.#ticksSinceAudio = filled > 0 ? 1 : this.#ticksSinceAudio + 1;
    } else {
      this.#ticksSinceAudio = 0;
    }
    this.#played += filled;
    while (this.#marks[0] !== undefined && this.#marks[0].at <= this.#played) {
      const mark = this.#marks.shift();
      if (mark) this.#onDue(mark.name);
    }
  }
}
