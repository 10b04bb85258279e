import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_BYTES } from './g711.ts';

/** What is done with a frame. @param bytes valid during the call @param arrivedAtMs monotonic */
export type TakeFrame = (bytes: Uint8Array, timestampMs: number, arrivedAtMs: number) => void;

/** About a second of eighty calls. */
const placeCount = 4_096;
/** Frames are looked at in rounds, this far apart: the code and the tables of listening are warm for all of them but the first. */
const roundMs = 10;
/** So many frames are looked at before the sockets are read again: a third of a millisecond. */
const framesPerTurn = 16;

/**
 * What need not be done before the next frame is passed on: recording, listening for voices and tones. The frames of many calls arrive in
 * one moment, and each of them would wait while those before it are listened to; so all are passed on first, and looked at a moment later, a
 * few at a time, in the order in which they came. Taking one in allocates nothing.
 */
export class FrameTurns {
  readonly #trouble: (error: unknown) => void;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #defer: (work: () => void) => void;
  readonly #frames: readonly Uint8Array[];
  readonly #takes: (TakeFrame | null)[] = Array.from({ length: placeCount }, () => null);
  readonly #timestamps = new Float64Array(placeCount);
  readonly #arrivals = new Float64Array(placeCount);
  /** Counts of all frames that were taken out and put in. */
  #out = 0;
  #in = 0;
  /** Takes the next round back; null when none is due. */
  #cancel: (() => void) | null = null;
  readonly #turn = (): void => {
    for (let left = framesPerTurn; left > 0 && this.#out < this.#in; left--) this.#next();
    if (this.#out < this.#in) this.#defer(this.#turn);
    else this.#rest();
  };

  /**
   * @param trouble told of what was thrown over one frame; the others go on
   * @param defer runs something once, after the sockets that have something to read were read
   */
  constructor(trouble: (error: unknown) => void, clock: Pick<Clock, 'after'>, defer: (work: () => void) => void = setImmediate) {
    this.#trouble = trouble;
    this.#clock = clock;
    this.#defer = defer;
    const memory = new Uint8Array(placeCount * FRAME_BYTES);
    this.#frames = Array.from({ length: placeCount }, (_, place) => memory.subarray(place * FRAME_BYTES, (place + 1) * FRAME_BYTES));
  }

  /** Look at this frame soon; at once when it has an unusual length or too many wait, after all those that came before it. On the audio path. */
  add(take: TakeFrame, bytes: Uint8Array, timestampMs: number, arrivedAtMs: number): void {
    if (bytes.length !== FRAME_BYTES || this.#in - this.#out === placeCount) {
      this.settle();
      this.#run(take, bytes, timestampMs, arrivedAtMs);
      return;
    }
    const place = this.#in % placeCount;
    this.#in += 1;
    this.#frames[place]?.set(bytes);
    this.#takes[place] = take;
    this.#timestamps[place] = timestampMs;
    this.#arrivals[place] = arrivedAtMs;
    this.#cancel ??= this.#clock.after(roundMs, this.#turn);
  }

  /** Look at all that wait, now: something is about to end that they belong to. */
  settle(): void {
    while (this.#out < this.#in) this.#next();
    this.#rest();
  }

  /** Begin again in the first places: memory that was in use a moment ago is still near. */
  #rest(): void {
    this.#out = 0;
    this.#in = 0;
    this.#cancel?.();
    this.#cancel = null;
  }

  #next(): void {
    const place = this.#out % placeCount;
    this.#out += 1;
    const take = this.#takes[place];
    const bytes = this.#frames[place];
    this.#takes[place] = null;
    if (take && bytes) this.#run(take, bytes, this.#timestamps[place] ?? 0, this.#arrivals[place] ?? 0);
  }

  #run(take: TakeFrame, bytes: Uint8Array, timestampMs: number, arrivedAtMs: number): void {
    try {
      take(bytes, timestampMs, arrivedAtMs);
    } catch (error) {
      this.#trouble(error);
    }
  }
}
