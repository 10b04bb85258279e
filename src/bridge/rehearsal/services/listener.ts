import type { VoiceActivity } from '#bridge/media/fvad.ts';
import { decodeMulaw, FRAME_BYTES, FRAME_MS } from '#bridge/media/g711.ts';
import { type HeardFrame, wordsHeard } from '../openai/words-heard.ts';

/** Voiced frames out of the last five that open a stretch of speech. */
const opening = 3;
const openingWindow = 5;
/** Kept in front of the speech, so that its first word is whole. */
const runUpFrames = 20;
/** -40 dBFS: what is quieter is the line. */
const floorRms = 330;

export interface ListenerEvents {
  /** @param atMs place in all audio */
  speechStarted(atMs: number): void;
  /** Another 20 ms have passed. */
  frame(state: { readonly atMs: number; readonly speaking: boolean; readonly silentMs: number; readonly voiced: boolean }): void;
}

/** Real voice activity on real audio, and the words of the clips that came through whole. */
export class Listener {
  readonly #activity: VoiceActivity;
  readonly #recognise: (frame: Uint8Array) => HeardFrame | null;
  readonly #events: ListenerEvents;
  readonly #samples = new Int16Array(FRAME_BYTES);
  #rest: Uint8Array = new Uint8Array(0);
  #places: (HeardFrame | null)[] = [];
  #recent: boolean[] = [];
  #frames = 0;
  #silentMs = 0;
  #speaking = false;

  constructor(activity: VoiceActivity, recognise: (frame: Uint8Array) => HeardFrame | null, events: ListenerEvents) {
    this.#activity = activity;
    this.#recognise = recognise;
    this.#events = events;
    activity.setFloor(floorRms);
  }

  get atMs(): number {
    return this.#frames * FRAME_MS;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** Words since the last `take`. */
  get words(): string {
    return wordsHeard(this.#places);
  }

  /** The last that was said is the end of a clip. */
  get soundsFinished(): boolean {
    const last = this.#places.findLast((place) => place !== null);
    return last !== null && last !== undefined && last.frameIndex >= last.frames - 2;
  }

  /** @param bytes mu-law of any length */
  push(bytes: Uint8Array): void {
    const piece = new Uint8Array(this.#rest.length + bytes.length);
    piece.set(this.#rest);
    piece.set(bytes, this.#rest.length);
    let at = 0;
    for (; at + FRAME_BYTES <= piece.length; at += FRAME_BYTES) this.#frame(piece.subarray(at, at + FRAME_BYTES));
    this.#rest = piece.slice(at);
  }

  /** Begin anew with what comes next. @returns the words until now */
  take(): string {
    const words = this.words;
    this.#places = [];
    return words;
  }

  /** The stretch of speech is over. */
  rest(): void {
    this.#speaking = false;
    this.#recent = [];
  }

  close(): void {
    this.#activity.close();
  }

  #frame(frame: Uint8Array): void {
    this.#frames += 1;
    this.#places.push(this.#recognise(frame));
    decodeMulaw(frame, this.#samples);
    const voiced = this.#activity.isSpeech(this.#samples);
    this.#silentMs = voiced ? 0 : this.#silentMs + FRAME_MS;
    this.#recent.push(voiced);
    if (this.#recent.length > openingWindow) this.#recent.shift();
    if (!this.#speaking) {
      while (this.#places.length > runUpFrames) this.#places.shift();
      if (this.#recent.filter(Boolean).length >= opening) {
        this.#speaking = true;
        this.#events.speechStarted(Math.max(0, this.atMs - openingWindow * FRAME_MS));
      }
    }
    this.#events.frame({ atMs: this.atMs, speaking: this.#speaking, silentMs: this.#silentMs, voiced });
  }
}
