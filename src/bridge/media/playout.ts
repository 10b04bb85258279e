import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_BYTES, FRAME_MS } from './g711.ts';
import { RecentFrames } from './recent-frames.ts';
import { type ClearedUtterance, Utterance, UtteranceMemory, type UtterancePosition } from './utterance.ts';

/** Where a call's outgoing audio goes: the media socket, the recording, whoever listens. Called on the audio path. */
export interface PlayoutSink {
  /**
   * @param frame exactly 160 bytes of mu-law; valid during the call
   * @param playAtMs monotonic time at which the callee's ear is modelled to begin hearing it
   */
  send(frame: Uint8Array, playAtMs: number): void;
  /** Ask the carrier to say when everything sent so far was played; its answer goes to {@link Playout.confirm}. */
  checkpoint(name: string): void;
  /** Drop what the carrier holds. @param cutAtMs monotonic time from which on the callee hears nothing of what was sent before */
  clear(cutAtMs: number): void;
}

/** How a playout reaches whoever drives it. */
interface PlayoutDriver {
  /** There is something to do: `tick` every 20 ms, please. */
  wake(): void;
  /** The sink or a listener threw; the playout is closed. */
  trouble(error: unknown): void;
}

/** How long after its modelled end an utterance waits for the carrier's confirmation: sometimes none ever comes. */
const CONFIRM_LIMIT_MS = 1500;
/**
 * Frames leave in fives, because a message costs the machine about the same whatever its length. They wait for each other only while the
 * ear has the lead less this much ahead of it; the first ones of an utterance never wait.
 */
const TOGETHER_MS = 5 * FRAME_MS;
/** An unfinished utterance that gets no more audio steps aside for the next one after this long. Well above any pause of an engine. */
const STALLED_MS = 1000;
/** Sums of fractional milliseconds are not exact. */
const ROUNDING_MS = 1e-6;

/**
 * One call's outgoing audio: takes utterances faster than real time, sends 20 ms frames at most `leadMs` ahead of the modelled ear, and
 * knows at any moment what was received, sent and heard.
 *
 * The model: frames sent while nothing plays begin to play at once (a new run), the others follow without a gap. An utterance id is used
 * once. Nothing is sent before a pacer drives it; what was pushed until then goes out at that moment. Every method is synchronous.
 */
export class Playout {
  readonly #sink: PlayoutSink;
  readonly #clock: Clock;
  readonly #leadMs: number;
  /** With this much ahead of the ear, more is sent. */
  readonly #refillMs: number;
  readonly #frame = new Uint8Array(FRAME_BYTES);
  readonly #memory = new UtteranceMemory();
  /** The last frames that were sent, for those that the ear has not heard when it is told to wait. */
  readonly #recent: RecentFrames;
  /** Not sent to their end yet, in order. */
  #queue: Utterance[] = [];
  /** Sent to their end; the carrier has not confirmed them yet. */
  #unconfirmed: Utterance[] = [];
  /** All audio that was sent and not dropped, ms. */
  #sentMs = 0;
  /** Monotonic time at which everything sent will have been heard. */
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #generation = 0;
  #checkpoints = 0;
  #idle = true;
  #closed = false;
  /** Nothing is sent until `resume` or `clear`. */
  #held = false;
  #driver: PlayoutDriver | null = null;
  readonly #idleListeners = new Set<() => void>();
  readonly #playedListeners = new Set<(utterance: string, confirmed: boolean) => void>();
  readonly #begunListeners = new Set<(utterance: string, playAtMs: number) => void>();
  readonly #heardListeners = new Set<(utterance: string, endAtMs: number) => void>();

  /** @param leadMs how far ahead of the ear frames are sent, 100 to 200 for a carrier; never under one frame */
  constructor({ sink, clock, leadMs = 200 }: { readonly sink: PlayoutSink; readonly clock: Clock; readonly leadMs?: number }) {
    this.#sink = sink;
    this.#clock = clock;
    this.#leadMs = Math.max(leadMs, FRAME_MS);
    this.#refillMs = Math.max(0, this.#leadMs - TOGETHER_MS);
    this.#recent = new RecentFrames(Math.ceil(this.#leadMs / FRAME_MS) + 1);
  }

  /** Audible by the model, or about to be. */
  get speaking(): boolean {
    return this.#clock.monotonicMs() < this.#endsAtMs || this.#queue.some((utterance) => utterance.audio.length > 0);
  }

  /** The utterance at the ear; else the next one that is open, even before its first audio; else null. */
  get current(): string | null {
    return this.#current()?.id ?? null;
  }

  /**
   * Take a place in the order before the first audio. Without it the first push does so, interruptible.
   * @param options `ahead`: before all that wait for their first audio
   */
  begin(
    utterance: string,
    { interruptible = true, ahead = false }: { readonly interruptible?: boolean; readonly ahead?: boolean } = {},
  ): void {
    if (this.#closed || this.#memory.get(utterance) !== undefined) return;
    this.#open(utterance, interruptible, ahead);
  }

  /**
   * Add audio; what is due goes out before this returns. Audio of a dropped or finished utterance is ignored.
   * @param bytes 8 kHz mu-law of any length; copied
   */
  push(utterance: string, bytes: Uint8Array): void {
    if (this.#closed) return;
    const target = this.#memory.get(utterance) ?? this.#open(utterance, true);
    if (target.finished || target.state !== 'open') return;
    const nowMs = this.#clock.monotonicMs();
    target.push(bytes, nowMs);
    this.#run(nowMs);
  }

  /** No more audio will come: the last frame is filled up with silence, and the carrier is asked to confirm. */
  finish(utterance: string): void {
    const target = this.#memory.get(utterance);
    if (this.#closed || target === undefined || target.finished) return;
    target.finished = true;
    if (target.state === 'open') this.#run(this.#clock.monotonicMs());
    else this.#memory.trim();
  }

  /** The carrier reported a checkpoint. Those from before a clear mean nothing (Twilio returns them all at once) and are ignored. */
  confirm(name: string): void {
    if (this.#closed) return;
    const place = this.#unconfirmed.findIndex((utterance) => utterance.checkpoint === name);
    if (place >= 0) {
      // Everything before it was played as well, whether or not the carrier said so.
      for (const utterance of this.#unconfirmed.splice(0, place + 1)) this.#guarded(() => this.#settle(utterance, true));
      return;
    }
    for (const utterance of this.#memory.values()) {
      if (utterance.checkpoint === name && utterance.state === 'played') utterance.confirmed = true;
    }
  }

  /** Where an utterance stands. Null when it was never heard of, or ended long ago. */
  position(utterance: string): UtterancePosition | null {
    return this.#memory.get(utterance)?.position(this.#playheadMs(this.#clock.monotonicMs())) ?? null;
  }

  /**
   * Drop everything unheard, here and at the carrier. Not one further frame of it is sent, whatever is pushed later.
   *
   * @param options `keepUninterruptible`: do nothing while an uninterruptible utterance is at the ear, or was and the carrier has neither
   * confirmed it nor had its time to
   * @returns what became of each utterance that was not over yet, in order; empty as well when nothing was done
   */
  clear({ keepUninterruptible = false }: { readonly keepUninterruptible?: boolean } = {}): readonly ClearedUtterance[] {
    if (this.#closed || (keepUninterruptible && this.#isProtected())) return [];
    const nowMs = this.#clock.monotonicMs();
    const playheadMs = this.#playheadMs(nowMs);
    const utterances = [...this.#unconfirmed, ...this.#queue];
    const cleared = utterances.map((utterance) => utterance.drop(playheadMs));
    this.#unconfirmed = [];
    this.#queue = [];
    this.#sentMs = playheadMs;
    this.#endsAtMs = Math.min(this.#endsAtMs, nowMs);
    this.#generation += 1;
    this.#idle = true;
    this.#held = false;
    this.#guarded(() => {
      this.#sink.clear(nowMs);
      for (const utterance of utterances) if (utterance.state === 'open') this.#settle(utterance, false);
    });
    this.#memory.trim();
    return cleared;
  }

  /**
   * Fall silent at once, here and at the carrier, and keep everything that the ear has not heard: `resume` goes on from there, `clear` drops
   * it. What is pushed meanwhile waits behind it.
   * @returns false, and nothing was done, when nothing is at the ear, or something that must be heard is
   */
  hold(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (this.#closed || this.#held || nowMs + ROUNDING_MS >= this.#endsAtMs || this.#isProtected()) return false;
    const playheadMs = this.#playheadMs(nowMs);
    const heardOut = this.#unconfirmed.filter((utterance) => utterance.isHeardOut(playheadMs));
    this.#queue = [...this.#unconfirmed.filter((utterance) => !heardOut.includes(utterance)), ...this.#queue];
    for (const utterance of this.#queue) utterance.rewind(playheadMs, (bytes) => this.#recent.last(utterance, bytes));
    this.#unconfirmed = [];
    this.#recent.forget();
    this.#sentMs = playheadMs;
    this.#endsAtMs = nowMs;
    this.#generation += 1;
    this.#held = true;
    this.#guarded(() => {
      this.#sink.clear(nowMs);
      // The carrier answers a clear with all its checkpoints at once: those mean nothing.
      for (const utterance of heardOut) {
        utterance.checkpoint = null;
        this.#settle(utterance, false);
      }
    });
    return true;
  }

  /** Go on where the ear was when `hold` came; nothing when nothing is held. */
  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    if (!this.#closed) this.#run(this.#clock.monotonicMs());
  }

  /** Everything that was begun is finished and was heard by the model. Not told for what was cleared. @returns a function that stops it */
  onIdle(listener: () => void): () => void {
    this.#idleListeners.add(listener);
    return () => this.#idleListeners.delete(listener);
  }

  /**
   * An utterance was played to its end: confirmed by the carrier, or (not confirmed) its time is long over, it was heard by the model
   * when a clear came, or it held no audio. Told once for each that was not cut. @returns a function that stops it
   */
  onPlayed(listener: (utterance: string, confirmed: boolean) => void): () => void {
    this.#playedListeners.add(listener);
    return () => this.#playedListeners.delete(listener);
  }

  /** The first frame of an utterance was sent; the ear begins to hear it at this monotonic time by the model. Told again when a hold came first. */
  onBegun(listener: (utterance: string, playAtMs: number) => void): () => void {
    this.#begunListeners.add(listener);
    return () => this.#begunListeners.delete(listener);
  }

  /**
   * A finished utterance was heard to its end: by the model, or by the carrier's word where that comes sooner. Told once, before
   * `onPlayed`, for each that was not cut. @param listener gets the monotonic time of the end @returns a function that stops it
   */
  onHeard(listener: (utterance: string, endAtMs: number) => void): () => void {
    this.#heardListeners.add(listener);
    return () => this.#heardListeners.delete(listener);
  }

  /** The call is over: nothing is sent any more, and the storage is given back. The carrier is told nothing. */
  close(): void {
    this.#closed = true;
    for (const utterance of this.#memory.values()) utterance.audio.clear();
    this.#queue = [];
    this.#unconfirmed = [];
    this.#idleListeners.clear();
    this.#playedListeners.clear();
    this.#begunListeners.clear();
    this.#heardListeners.clear();
  }

  /** For the pacer. @returns whether the playout has to be called again in 20 ms */
  tick(nowMs: number): boolean {
    if (this.#closed) return false;
    this.#guarded(() => {
      this.#pump(nowMs);
      this.#passStalled(nowMs);
      for (const utterance of this.#unconfirmed) if (nowMs + ROUNDING_MS >= utterance.endsAtMs) this.#tellHeard(utterance);
      for (let oldest = this.#unconfirmed[0]; oldest && nowMs >= oldest.endsAtMs + CONFIRM_LIMIT_MS; oldest = this.#unconfirmed[0]) {
        this.#unconfirmed.shift();
        this.#settle(oldest, false);
      }
      if (!this.#idle && this.#queue.length === 0 && nowMs + ROUNDING_MS >= this.#endsAtMs) {
        this.#idle = true;
        for (const listener of this.#idleListeners) listener();
      }
    });
    return this.#hasWork(nowMs);
  }

  /** For the pacer: who is to be woken; null for nobody, and nothing more is sent. */
  drivenBy(driver: PlayoutDriver | null): void {
    this.#driver = driver;
    const nowMs = this.#clock.monotonicMs();
    if (this.#hasWork(nowMs)) this.#run(nowMs);
  }

  #open(id: string, interruptible: boolean, ahead = false): Utterance {
    const utterance = new Utterance(id, interruptible, this.#clock.monotonicMs());
    this.#memory.add(utterance);
    const waiting = ahead ? this.#queue.findIndex(({ receivedBytes }) => receivedBytes === 0) : -1;
    this.#queue.splice(waiting < 0 ? this.#queue.length : waiting, 0, utterance);
    this.#idle = false;
    return utterance;
  }

  #run(nowMs: number): void {
    this.#guarded(() => this.#pump(nowMs));
    if (!this.#closed) this.#driver?.wake();
  }

  /** Send whatever may be sent now. */
  #pump(nowMs: number): void {
    if (this.#driver === null || this.#held) return;
    const enough = this.#endsAtMs - nowMs > this.#refillMs + ROUNDING_MS;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (first.hasFrame) {
        if (enough) return;
        const playAtMs = Math.max(nowMs, this.#endsAtMs);
        if (playAtMs + FRAME_MS - nowMs > this.#leadMs + ROUNDING_MS) return;
        this.#endsAtMs = playAtMs + FRAME_MS;
        const begins = first.startMs === null;
        const count = first.takeFrame(this.#frame, this.#sentMs, this.#endsAtMs);
        this.#recent.add(first, this.#frame, count);
        this.#sentMs += FRAME_MS;
        this.#sink.send(this.#frame, playAtMs);
        if (begins) for (const listener of this.#begunListeners) listener(first.id, playAtMs);
      } else if (first.finished) {
        this.#queue.shift();
        if (first.sentBytes === 0) {
          this.#settle(first, false);
          continue;
        }
        first.checkpoint = `g${this.#generation}-${this.#checkpoints++}`;
        this.#unconfirmed.push(first);
        this.#sink.checkpoint(first.checkpoint);
      } else {
        return;
      }
    }
  }

  /** One that gets no more audio must not silence those behind it for ever. */
  #passStalled(nowMs: number): void {
    if (this.#held) return;
    const first = this.#queue[0];
    const next = this.#queue[1];
    if (!first?.isStalled(nowMs, STALLED_MS) || !next || next.audio.length === 0) return;
    first.finished = true;
    this.#pump(nowMs);
  }

  #hasWork(nowMs: number): boolean {
    if (this.#closed) return false;
    if (this.#unconfirmed.length > 0 || nowMs < this.#endsAtMs) return true;
    const first = this.#queue[0];
    const next = this.#queue[1];
    if (!first) return !this.#idle;
    return first.finished || first.hasFrame || (first.receivedBytes > 0 && next !== undefined && next.audio.length > 0);
  }

  #playheadMs(nowMs: number): number {
    return this.#sentMs - Math.max(0, this.#endsAtMs - nowMs);
  }

  #current(): Utterance | undefined {
    const nowMs = this.#clock.monotonicMs();
    return this.#unconfirmed.find((utterance) => nowMs < utterance.endsAtMs) ?? this.#queue[0];
  }

  #isProtected(): boolean {
    const playheadMs = this.#playheadMs(this.#clock.monotonicMs());
    const begun = (utterance: Utterance) => utterance.startMs !== null && utterance.startMs <= playheadMs;
    return this.#unconfirmed.some((utterance) => !utterance.interruptible && begun(utterance)) || this.#current()?.interruptible === false;
  }

  #tellHeard(utterance: Utterance): void {
    if (utterance.heardTold) return;
    utterance.heardTold = true;
    const nowMs = this.#clock.monotonicMs();
    const endAtMs = utterance.sentBytes === 0 ? nowMs : Math.min(nowMs, utterance.endsAtMs);
    for (const listener of this.#heardListeners) listener(utterance.id, endAtMs);
  }

  #settle(utterance: Utterance, confirmed: boolean): void {
    this.#tellHeard(utterance);
    utterance.settle(confirmed);
    this.#memory.trim();
    for (const listener of this.#playedListeners) listener(utterance.id, confirmed);
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close();
      if (this.#driver === null) throw error;
      this.#driver.trouble(error);
    }
  }
}
