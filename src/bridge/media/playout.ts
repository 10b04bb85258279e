import type { Clock } from '#bridge/contract/clock.ts';
import { ByteQueue } from './byte-queue.ts';
import { BYTES_PER_MS, FRAME_BYTES, FRAME_MS } from './g711.ts';

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

/** How a playout reaches whoever drives it. */
export interface PlayoutDriver {
  /** There is something to do: `tick` every 20 ms, please. */
  wake(): void;
  /** The sink or a listener threw; the playout is closed. */
  trouble(error: unknown): void;
}

/** How long after its modelled end an utterance waits for the carrier's confirmation: sometimes none ever comes. */
export const CONFIRM_LIMIT_MS = 1500;
/** An unfinished utterance that gets no more audio steps aside for the next one after this long. Well above any pause of an engine. */
const STALLED_MS = 1000;
/** Ended utterances whose positions can still be asked for. */
const REMEMBERED = 64;
/** Bound on dropped utterances that nobody finishes, so that a long call does not grow. */
const REMEMBERED_AT_MOST = 1024;
/** Sums of fractional milliseconds are not exact. */
const ROUNDING_MS = 1e-6;

interface Line {
  readonly utterance: string;
  readonly interruptible: boolean;
  readonly audio: ByteQueue;
  state: 'open' | 'played' | 'dropped';
  receivedBytes: number;
  sentBytes: number;
  /** Place of its first frame in everything sent, ms; null before that. */
  startMs: number | null;
  /** Monotonic time at which its last frame so far ends by the model. */
  endsAtMs: number;
  heardBytes: number;
  lastPushAtMs: number;
  finished: boolean;
  checkpoint: string | null;
  confirmed: boolean;
  /** Whoever waits for the end of it has been told. */
  heardTold: boolean;
}

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
  readonly #frame = new Uint8Array(FRAME_BYTES);
  readonly #lines = new Map<string, Line>();
  /** Not sent to their end yet, in order. */
  #queue: Line[] = [];
  /** Sent to their end; the carrier has not confirmed them yet. */
  #unconfirmed: Line[] = [];
  /** All audio that was sent and not dropped, ms. */
  #sentMs = 0;
  /** Monotonic time at which everything sent will have been heard. */
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #generation = 0;
  #checkpoints = 0;
  #idle = true;
  #closed = false;
  #driver: PlayoutDriver | null = null;
  readonly #idleListeners = new Set<() => void>();
  readonly #playedListeners = new Set<(utterance: string, confirmed: boolean) => void>();
  readonly #begunListeners = new Set<(utterance: string, playAtMs: number) => void>();
  readonly #heardListeners = new Set<(utterance: string, endAtMs: number) => void>();

  /** @param leadMs how far ahead of the ear frames are sent, 100 to 200 for a carrier; never under one frame */
  constructor({ sink, clock, leadMs = 160 }: { readonly sink: PlayoutSink; readonly clock: Clock; readonly leadMs?: number }) {
    this.#sink = sink;
    this.#clock = clock;
    this.#leadMs = Math.max(leadMs, FRAME_MS);
  }

  /** Audible by the model, or about to be. */
  get speaking(): boolean {
    return this.#clock.monotonicMs() < this.#endsAtMs || this.#queue.some((line) => line.audio.length > 0);
  }

  /** The utterance at the ear; else the next one that is open, even before its first audio; else null. */
  get current(): string | null {
    return this.#current()?.utterance ?? null;
  }

  /** Take a place in the order before the first audio. Without it the first push does so, interruptible. */
  begin(utterance: string, { interruptible = true }: { readonly interruptible?: boolean } = {}): void {
    if (this.#closed || this.#lines.has(utterance)) return;
    this.#open(utterance, interruptible);
  }

  /**
   * Add audio; what is due goes out before this returns. Audio of a dropped or finished utterance is ignored.
   * @param bytes 8 kHz mu-law of any length; copied
   */
  push(utterance: string, bytes: Uint8Array): void {
    if (this.#closed) return;
    const line = this.#lines.get(utterance) ?? this.#open(utterance, true);
    if (line.finished || line.state !== 'open') return;
    const nowMs = this.#clock.monotonicMs();
    line.audio.push(bytes);
    line.receivedBytes += bytes.length;
    line.lastPushAtMs = nowMs;
    this.#run(nowMs);
  }

  /** No more audio will come: the last frame is filled up with silence, and the carrier is asked to confirm. */
  finish(utterance: string): void {
    const line = this.#lines.get(utterance);
    if (this.#closed || line === undefined || line.finished) return;
    line.finished = true;
    if (line.state === 'open') this.#run(this.#clock.monotonicMs());
    else this.#forgetOld();
  }

  /** The carrier reported a checkpoint. Those from before a clear mean nothing (Twilio returns them all at once) and are ignored. */
  confirm(name: string): void {
    if (this.#closed) return;
    const place = this.#unconfirmed.findIndex((line) => line.checkpoint === name);
    if (place >= 0) {
      // Everything before it was played as well, whether or not the carrier said so.
      for (const line of this.#unconfirmed.splice(0, place + 1)) this.#guarded(() => this.#played(line, true));
      return;
    }
    for (const line of this.#lines.values()) if (line.checkpoint === name && line.state === 'played') line.confirmed = true;
  }

  /** Where an utterance stands. Null when it was never heard of, or ended long ago. */
  position(utterance: string): UtterancePosition | null {
    const line = this.#lines.get(utterance);
    if (line === undefined) return null;
    return {
      receivedMs: Math.floor(line.receivedBytes / BYTES_PER_MS),
      sentMs: Math.floor(line.sentBytes / BYTES_PER_MS),
      heardMs: Math.floor(this.#heardBytes(line, this.#clock.monotonicMs()) / BYTES_PER_MS),
      finished: line.finished,
      confirmed: line.confirmed,
    };
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
    const lines = [...this.#unconfirmed, ...this.#queue];
    const cleared = lines.map((line) => this.#drop(line, nowMs));
    this.#unconfirmed = [];
    this.#queue = [];
    this.#sentMs = this.#playheadMs(nowMs);
    this.#endsAtMs = Math.min(this.#endsAtMs, nowMs);
    this.#generation += 1;
    this.#idle = true;
    this.#guarded(() => {
      this.#sink.clear(nowMs);
      for (const line of lines) if (line.state === 'open') this.#played(line, false);
    });
    this.#forgetOld();
    return cleared;
  }

  /** Everything that was begun is finished and was heard by the model. Not told for what was cleared. @returns a function that stops it */
  onIdle(listener: () => void): () => void {
    this.#idleListeners.add(listener);
    return () => this.#idleListeners.delete(listener);
  }

  /**
   * An utterance was played to its end: confirmed by the carrier, or (not confirmed) its time is long over, it was heard by the model
   * when a clear came, or it held no audio. Told once for each that was not cut.
   */
  onPlayed(listener: (utterance: string, confirmed: boolean) => void): () => void {
    this.#playedListeners.add(listener);
    return () => this.#playedListeners.delete(listener);
  }

  /** The first frame of an utterance was sent; the ear begins to hear it at this monotonic time by the model. */
  onBegun(listener: (utterance: string, playAtMs: number) => void): () => void {
    this.#begunListeners.add(listener);
    return () => this.#begunListeners.delete(listener);
  }

  /** The last frame of a finished utterance was heard by the model; told once, before `onPlayed`, for each that was not cut. */
  onHeard(listener: (utterance: string, endAtMs: number) => void): () => void {
    this.#heardListeners.add(listener);
    return () => this.#heardListeners.delete(listener);
  }

  /** The call is over: nothing is sent any more, and the storage is given back. The carrier is told nothing. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines.values()) line.audio.clear();
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
      for (const line of this.#unconfirmed) if (nowMs + ROUNDING_MS >= line.endsAtMs) this.#tellHeard(line);
      while (this.#unconfirmed[0] !== undefined && nowMs >= this.#unconfirmed[0].endsAtMs + CONFIRM_LIMIT_MS) {
        this.#played(this.#unconfirmed.shift() as Line, false);
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

  #open(utterance: string, interruptible: boolean): Line {
    const line: Line = {
      utterance,
      interruptible,
      audio: new ByteQueue(),
      state: 'open',
      receivedBytes: 0,
      sentBytes: 0,
      startMs: null,
      endsAtMs: Number.NEGATIVE_INFINITY,
      heardBytes: 0,
      lastPushAtMs: this.#clock.monotonicMs(),
      finished: false,
      checkpoint: null,
      confirmed: false,
      heardTold: false,
    };
    this.#lines.set(utterance, line);
    this.#queue.push(line);
    this.#idle = false;
    return line;
  }

  #run(nowMs: number): void {
    this.#guarded(() => this.#pump(nowMs));
    if (!this.#closed) this.#driver?.wake();
  }

  /** Send whatever may be sent now. */
  #pump(nowMs: number): void {
    if (this.#driver === null) return;
    for (let line = this.#queue[0]; line !== undefined; line = this.#queue[0]) {
      if (line.audio.length >= FRAME_BYTES || (line.finished && line.audio.length > 0)) {
        const playAtMs = Math.max(nowMs, this.#endsAtMs);
        if (playAtMs + FRAME_MS - nowMs > this.#leadMs + ROUNDING_MS) return;
        line.sentBytes += line.audio.takeFrame(this.#frame);
        const first = line.startMs === null;
        line.startMs ??= this.#sentMs;
        this.#sentMs += FRAME_MS;
        this.#endsAtMs = playAtMs + FRAME_MS;
        line.endsAtMs = this.#endsAtMs;
        this.#sink.send(this.#frame, playAtMs);
        if (first) for (const listener of this.#begunListeners) listener(line.utterance, playAtMs);
      } else if (line.finished) {
        this.#queue.shift();
        if (line.sentBytes === 0) {
          this.#played(line, false);
          continue;
        }
        line.checkpoint = `g${this.#generation}-${this.#checkpoints++}`;
        this.#unconfirmed.push(line);
        this.#sink.checkpoint(line.checkpoint);
      } else {
        return;
      }
    }
  }

  /** A line that gets no more audio must not silence those behind it for ever. */
  #passStalled(nowMs: number): void {
    const [line, next] = this.#queue;
    if (line === undefined || next === undefined || line.finished || line.receivedBytes === 0 || next.audio.length === 0) return;
    if (nowMs - Math.max(line.lastPushAtMs, line.endsAtMs) < STALLED_MS) return;
    line.finished = true;
    this.#pump(nowMs);
  }

  #hasWork(nowMs: number): boolean {
    if (this.#closed) return false;
    if (this.#unconfirmed.length > 0 || nowMs < this.#endsAtMs) return true;
    const [line, next] = this.#queue;
    if (line === undefined) return !this.#idle;
    return line.finished || line.audio.length >= FRAME_BYTES || (line.receivedBytes > 0 && next !== undefined && next.audio.length > 0);
  }

  #playheadMs(nowMs: number): number {
    return this.#sentMs - Math.max(0, this.#endsAtMs - nowMs);
  }

  #heardBytes(line: Line, nowMs: number): number {
    if (line.state !== 'open') return line.heardBytes;
    if (line.startMs === null) return 0;
    const bytes = (this.#playheadMs(nowMs) - line.startMs) * BYTES_PER_MS;
    return Math.min(line.sentBytes, Math.max(0, bytes));
  }

  #current(): Line | undefined {
    const nowMs = this.#clock.monotonicMs();
    return this.#unconfirmed.find((line) => nowMs < line.endsAtMs) ?? this.#queue[0];
  }

  #isProtected(): boolean {
    const playheadMs = this.#playheadMs(this.#clock.monotonicMs());
    if (this.#unconfirmed.some((line) => !line.interruptible && line.startMs !== null && line.startMs <= playheadMs)) return true;
    return this.#current()?.interruptible === false;
  }

  #drop(line: Line, nowMs: number): ClearedUtterance {
    line.heardBytes = this.#heardBytes(line, nowMs);
    line.audio.clear();
    line.checkpoint = null;
    const cut = !line.finished || line.heardBytes + ROUNDING_MS < line.receivedBytes;
    if (cut) line.state = 'dropped';
    return {
      utterance: line.utterance,
      heardMs: Math.floor(line.heardBytes / BYTES_PER_MS),
      receivedMs: Math.floor(line.receivedBytes / BYTES_PER_MS),
      cut,
    };
  }

  #played(line: Line, confirmed: boolean): void {
    line.state = 'played';
    line.heardBytes = line.receivedBytes;
    line.confirmed = confirmed;
    this.#tellHeard(line);
    this.#forgetOld();
    for (const listener of this.#playedListeners) listener(line.utterance, confirmed);
  }

  #tellHeard(line: Line): void {
    if (line.heardTold) return;
    line.heardTold = true;
    for (const listener of this.#heardListeners) listener(line.utterance, line.endsAtMs);
  }

  #forgetOld(): void {
    if (this.#lines.size <= REMEMBERED) return;
    for (const [utterance, line] of this.#lines) {
      if (this.#lines.size <= REMEMBERED) return;
      const over = line.state === 'played' || (line.state === 'dropped' && line.finished);
      if (over || (line.state === 'dropped' && this.#lines.size > REMEMBERED_AT_MOST)) this.#lines.delete(utterance);
    }
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
