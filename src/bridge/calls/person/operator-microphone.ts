import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_MS } from '../../media/g711.ts';
import { JitterBuffer } from '../../media/jitter-buffer.ts';
import type { Microphone } from '../calls.ts';
import type { PersonLane } from './person-lane.ts';

/** After a second of nothing the beat rests until the next frame. */
const restAfterBeats = 50;
/** A beat that comes this much too late does not make up for more. */
const beatsAtOnce = 5;

/** An operator's microphone: frames come unevenly over the console's socket and leave evenly, one each 20 ms, with as little delay as that takes. */
export class OperatorMicrophone implements Microphone {
  readonly #clock: Clock;
  readonly #lane: PersonLane;
  readonly #sign: () => void;
  readonly #ended: () => void;
  readonly #jitter = new JitterBuffer();
  #cancelBeat: (() => void) | null = null;
  #nextAtMs = 0;
  #dry = 0;
  #closed = false;

  /** @param parts.sign the console has shown that it is there @param parts.ended nothing more of this microphone is wanted */
  constructor(parts: { readonly clock: Clock; readonly lane: PersonLane; readonly sign: () => void; readonly ended: () => void }) {
    this.#clock = parts.clock;
    this.#lane = parts.lane;
    this.#sign = parts.sign;
    this.#ended = parts.ended;
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  frame(counter: number, bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#sign();
    const nowMs = this.#clock.monotonicMs();
    this.#jitter.push(counter, bytes, nowMs);
    this.#dry = 0;
    if (this.#cancelBeat !== null) return;
    this.#nextAtMs = nowMs + FRAME_MS;
    this.#schedule();
  }

  ping(): void {
    if (!this.#closed) this.#sign();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelBeat?.();
    this.#cancelBeat = null;
    this.#ended();
  }

  #schedule(): void {
    this.#cancelBeat = this.#clock.after(Math.ceil(this.#nextAtMs - this.#clock.monotonicMs()), () => this.#beat());
  }

  /** Absolute times: a late beat does not make the next ones late. */
  #beat(): void {
    this.#cancelBeat = null;
    const nowMs = this.#clock.monotonicMs();
    for (let beats = 0; this.#nextAtMs <= nowMs && beats < beatsAtOnce; beats++) {
      const frame = this.#jitter.pull(nowMs);
      this.#nextAtMs += FRAME_MS;
      if (frame) {
        this.#dry = 0;
        this.#lane.frame(frame);
      } else this.#dry += 1;
    }
    if (this.#closed || this.#dry >= restAfterBeats) return;
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs);
    this.#schedule();
  }
}
