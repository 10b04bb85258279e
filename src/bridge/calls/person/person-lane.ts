import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_BYTES } from '../../media/g711.ts';
import { peakLevel } from '../../media/levels.ts';

/** Below this nobody speaks: 2 % of full scale is a voice across the room. */
const spokenLevel = 0.02;
/** Between two words. */
const pauseMs = 400;

/**
 * The voice of a person of ours on its way to the lead: from an operator's microphone or a colleague's phone, frame by frame, past the
 * playout and without a queue.
 */
export class PersonLane {
  readonly #clock: Clock;
  readonly #send: (frame: Uint8Array) => void;
  readonly #isOpen: () => boolean;
  readonly #begins: () => void;
  readonly #changed: () => void;
  readonly #listeners = new Set<(frame: Uint8Array) => void>();
  #spokeAtMs = Number.NEGATIVE_INFINITY;
  #cancelLook: (() => void) | null = null;

  /**
   * @param parts.send 20 ms to the line, at once @param parts.isOpen there is a line @param parts.begins they begin to speak, before their
   * first frame is sent @param parts.changed they began to speak, or have stopped
   */
  constructor(parts: {
    readonly clock: Clock;
    readonly send: (frame: Uint8Array) => void;
    readonly isOpen: () => boolean;
    readonly begins: () => void;
    readonly changed: () => void;
  }) {
    this.#clock = parts.clock;
    this.#send = parts.send;
    this.#isOpen = parts.isOpen;
    this.#begins = parts.begins;
    this.#changed = parts.changed;
  }

  /** 20 ms of the person, on the audio path. @param frame 160 bytes of mu-law, valid during the call */
  frame(frame: Uint8Array): void {
    // What is said beside the line is nobody's business: it is neither heard nor written down.
    if (frame.length !== FRAME_BYTES || !this.#isOpen()) return;
    const isVoice = peakLevel(frame) >= spokenLevel;
    if (isVoice && this.#cancelLook === null) this.#begins();
    this.#send(frame);
    for (const listener of this.#listeners) listener(frame);
    if (!isVoice) return;
    this.#spokeAtMs = this.#clock.monotonicMs();
    if (this.#cancelLook !== null) return;
    this.#look();
    this.#changed();
  }

  /** Also give every frame to this. @returns a function that stops it */
  onFrame(listener: (frame: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The person is speaking, short pauses included. */
  get speaking(): boolean {
    return this.#cancelLook !== null;
  }

  close(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    this.#listeners.clear();
  }

  #look(): void {
    this.#cancelLook = this.#clock.after(pauseMs / 2, () => {
      if (this.#clock.monotonicMs() - this.#spokeAtMs < pauseMs) return this.#look();
      this.#cancelLook = null;
      this.#changed();
    });
  }
}
