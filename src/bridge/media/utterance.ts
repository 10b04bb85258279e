import { ByteQueue } from './byte-queue.ts';
import { BYTES_PER_MS, FRAME_MS } from './g711.ts';

/** Three positions of one utterance, in whole milliseconds of its audio: heard <= sent <= received. */
export interface UtterancePosition {
  readonly receivedMs: number;
  readonly sentMs: number;
  /** What the callee's ear has received by the model; everything, once the carrier has confirmed it. */
  readonly heardMs: number;
  /** No more audio will come. */
  readonly finished: boolean;
  /** The carrier has said that it was played to its end. */
  readonly confirmed: boolean;
}

/** What a clear did to one utterance. */
export interface ClearedUtterance {
  readonly utterance: string;
  readonly heardMs: number;
  readonly receivedMs: number;
  /** Part of it was never heard, or it was not finished. */
  readonly cut: boolean;
}

/** Ended utterances whose positions can still be asked for. */
const REMEMBERED = 64;
/** Bound on dropped utterances that nobody finishes, so that a long call does not grow. */
const REMEMBERED_AT_MOST = 1024;
/** Less than a byte: sums of fractional milliseconds are not exact. */
const ROUNDING_BYTES = 1e-3;

/** One thing that we say: its waiting audio, and how far it has come. Times are places in all audio that its call has sent. */
export class Utterance {
  readonly id: string;
  readonly interruptible: boolean;
  audio = new ByteQueue();
  /** `open` until it was played to its end or dropped by a clear. */
  state: 'open' | 'played' | 'dropped' = 'open';
  finished = false;
  confirmed = false;
  /** Whoever waits for its last frame to be heard has been told. */
  heardTold = false;
  /** The name under which the carrier will confirm it; null before it is sent to its end, and after a clear. */
  checkpoint: string | null = null;
  receivedBytes = 0;
  sentBytes = 0;
  /** Place of its first frame, ms; null before that is sent. */
  startMs: number | null = null;
  /** Monotonic time at which its last frame so far ends by the model. */
  endsAtMs = Number.NEGATIVE_INFINITY;
  lastPushAtMs: number;
  #heardBytes = 0;

  constructor(id: string, interruptible: boolean, nowMs: number) {
    this.id = id;
    this.interruptible = interruptible;
    this.lastPushAtMs = nowMs;
  }

  push(bytes: Uint8Array, nowMs: number): void {
    this.audio.push(bytes);
    this.receivedBytes += bytes.length;
    this.lastPushAtMs = nowMs;
  }

  /**
   * Take the next frame out for sending.
   * @param sentMs place of this frame @param endsAtMs monotonic time at which it will be over @returns how many of its bytes are audio
   */
  takeFrame(frame: Uint8Array, sentMs: number, endsAtMs: number): number {
    const count = this.audio.takeFrame(frame);
    this.sentBytes += count;
    this.startMs ??= sentMs;
    this.endsAtMs = endsAtMs;
    return count;
  }

  /** Everything of it was sent, and heard by the model. */
  isHeardOut(playheadMs: number): boolean {
    return this.finished && this.audio.length === 0 && this.#heard(playheadMs) + ROUNDING_BYTES >= this.sentBytes;
  }

  /**
   * What was sent and not heard will be sent again.
   * @param lastSent gives the last so many bytes that were sent of it, or as many of them as are known
   */
  rewind(playheadMs: number, lastSent: (bytes: number) => Uint8Array): void {
    this.checkpoint = null;
    const unheard = lastSent(this.sentBytes - Math.floor(this.#heard(playheadMs) + ROUNDING_BYTES));
    if (unheard.length === 0) return;
    const later = this.audio;
    const frame = new Uint8Array(FRAME_MS * BYTES_PER_MS);
    this.audio = new ByteQueue();
    this.audio.push(unheard);
    while (later.length > 0) {
      const count = later.takeFrame(frame);
      this.audio.push(frame.subarray(0, count));
    }
    this.sentBytes -= unheard.length;
    if (this.sentBytes === 0) this.startMs = null;
  }

  /** It was heard to its end. */
  settle(confirmed: boolean): void {
    this.state = 'played';
    this.#heardBytes = this.receivedBytes;
    this.confirmed = confirmed;
  }

  /**
   * Its audio is dropped; what is past stays. When all of it was heard it stays open, to be settled.
   * @param playheadMs how much of everything sent was heard
   */
  drop(playheadMs: number): ClearedUtterance {
    this.#heardBytes = this.#heard(playheadMs);
    this.audio.clear();
    this.checkpoint = null;
    const cut = !this.finished || this.#heardBytes + ROUNDING_BYTES < this.receivedBytes;
    if (cut) this.state = 'dropped';
    return { utterance: this.id, heardMs: wholeMs(this.#heardBytes), receivedMs: wholeMs(this.receivedBytes), cut };
  }

  position(playheadMs: number): UtterancePosition {
    return {
      receivedMs: wholeMs(this.receivedBytes),
      sentMs: wholeMs(this.sentBytes),
      heardMs: wholeMs(this.#heard(playheadMs)),
      finished: this.finished,
      confirmed: this.confirmed,
    };
  }

  /** Whether a frame can be sent now: a whole one, or the last one. */
  get hasFrame(): boolean {
    return this.audio.length >= FRAME_MS * BYTES_PER_MS || (this.finished && this.audio.length > 0);
  }

  /** Whether it holds up the others: it has begun to speak, is not finished, and nothing has come for so long. */
  isStalled(nowMs: number, limitMs: number): boolean {
    return !this.finished && this.receivedBytes > 0 && nowMs - Math.max(this.lastPushAtMs, this.endsAtMs) >= limitMs;
  }

  #heard(playheadMs: number): number {
    if (this.state !== 'open') return this.#heardBytes;
    if (this.startMs === null) return 0;
    return Math.min(this.sentBytes, Math.max(0, (playheadMs - this.startMs) * BYTES_PER_MS));
  }
}

/** The utterances of one call by id: all that are open, dropped ones until they are finished, and the last that ended. */
export class UtteranceMemory {
  readonly #known = new Map<string, Utterance>();

  get(id: string): Utterance | undefined {
    return this.#known.get(id);
  }

  add(utterance: Utterance): void {
    this.#known.set(utterance.id, utterance);
  }

  values(): Iterable<Utterance> {
    return this.#known.values();
  }

  /** Forget the oldest of those that are over. */
  trim(): void {
    if (this.#known.size <= REMEMBERED) return;
    for (const [id, utterance] of this.#known) {
      if (this.#known.size <= REMEMBERED) return;
      const over = utterance.state === 'played' || (utterance.state === 'dropped' && utterance.finished);
      if (over || (utterance.state === 'dropped' && this.#known.size > REMEMBERED_AT_MOST)) this.#known.delete(id);
    }
  }
}

function wholeMs(bytes: number): number {
  return Math.floor(bytes / BYTES_PER_MS);
}
