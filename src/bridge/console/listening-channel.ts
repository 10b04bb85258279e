import type { AudioListener, AudioPast } from '#bridge/calls/calls.ts';
import { RecordedPast } from '#bridge/calls/record/recorded-past.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { audioFrameBytes } from './frame-pool.ts';

const frameMs = 20;
/** A timer that was held up makes up for so many frames; more would come as one lump. */
const catchUpFrames = 25;
/** Given at once when somebody seeks, so that the sound begins without waiting for its own pace. */
const headStartFrames = 5;
/** The mu-law code of silence. */
const silence = 0xff;

/** Frames that no file holds, passed over in one turn. */
const skipsAtOnce = 50;

type Found = ReturnType<RecordedPast['read']>;

export interface ListeningParts {
  readonly clock: Clock;
  /** @param number of the frame in the call; `bytes` are valid during the call */
  send(side: 1 | 2, number: number, bytes: Uint8Array): void;
  ended(): void;
  /** Whole path of the call's recording; null when there is none. */
  recordingPath(): string | null;
}

/** One call as one console hears it: live, or from some time ago at one and a half times the pace until it is live again. */
export class ListeningChannel implements AudioListener {
  readonly #parts: ListeningParts;
  /** Frames below these were sent already. */
  readonly #sent = { 1: 0, 2: 0 };
  readonly #callee = new Uint8Array(audioFrameBytes);
  readonly #ours = new Uint8Array(audioFrameBytes);
  #past: AudioPast | null = null;
  #recorded: RecordedPast | null = null;
  /** The next frame of the past; null while the live sound is heard. */
  #cursor: number | null = null;
  #rate: 1 | 1.5 = 1;
  /** Frames that are due, in parts of one. */
  #due = 0;
  #nextAtMs = 0;
  #cancel: (() => void) | null = null;

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  begun(past: AudioPast): void {
    this.#past = past;
  }

  frame(side: 1 | 2, bytes: Uint8Array, number: number): void {
    if (this.#cursor === null && number >= this.#sent[side]) this.#parts.send(side, number, bytes);
  }

  ended(): void {
    this.close();
    this.#parts.ended();
  }

  /** Hear the call from so long ago. @returns where that is, and how long ago it began */
  seek(backMs: number): { readonly backMs: number; readonly heldMs: number } {
    const past = this.#past;
    if (!past) return { backMs: 0, heldMs: 0 };
    const now = past.now();
    const target = Math.max(0, now - Math.round(backMs / frameMs));
    this.#stop();
    this.#cursor = target;
    if (target >= now) this.#goLive(past);
    else {
      this.#due = headStartFrames;
      this.#nextAtMs = this.#parts.clock.monotonicMs();
      this.#beat(past);
    }
    return { backMs: (now - target) * frameMs, heldMs: now * frameMs };
  }

  setRate(rate: 1 | 1.5): void {
    this.#rate = rate;
  }

  close(): void {
    this.#stop();
    this.#recorded?.close();
    this.#recorded = null;
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #beat(past: AudioPast): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const turns = Math.floor((nowMs - this.#nextAtMs) / frameMs) + 1;
    this.#nextAtMs += turns * frameMs;
    this.#due = Math.min(this.#due + turns * this.#rate, catchUpFrames);
    for (let skips = skipsAtOnce; this.#due >= 1 && this.#cursor !== null && skips > 0; ) {
      if (this.#cursor >= past.now()) {
        this.#goLive(past);
        return;
      }
      const found = this.#sendPast(past, this.#cursor);
      if (found === 'loading') break;
      this.#cursor += 1;
      // What cannot be had is not waited through.
      if (found === 'ready') this.#due -= 1;
      else skips -= 1;
    }
    this.#cancel = this.#parts.clock.after(Math.ceil(this.#nextAtMs - nowMs), () => this.#beat(past));
  }

  #sendPast(past: AudioPast, number: number): Found {
    const isInMemory = past.read(1, number, this.#callee) && past.read(2, number, this.#ours);
    const found = isInMemory ? 'ready' : this.#fromFile(number);
    if (found !== 'ready') return found;
    this.#parts.send(1, number, this.#callee);
    if (!isSilent(this.#ours)) this.#parts.send(2, number, this.#ours);
    return 'ready';
  }

  #fromFile(number: number): Found {
    if (!this.#recorded) {
      const path = this.#parts.recordingPath();
      if (path === null) return 'missing';
      this.#recorded = new RecordedPast(path);
    }
    return this.#recorded.read(number, this.#callee, this.#ours);
  }

  /** What of our side was sent ahead of the ear came before this console wanted it: it is given now. */
  #goLive(past: AudioPast): void {
    const from = this.#cursor ?? past.now();
    this.#cursor = null;
    for (const side of [1, 2] as const) {
      const end = past.end(side);
      for (let number = from; number < end; number++) {
        if (past.read(side, number, this.#callee)) this.#parts.send(side, number, this.#callee);
      }
      this.#sent[side] = Math.max(from, end);
    }
    this.#stop();
    this.#recorded?.close();
    this.#recorded = null;
  }
}

function isSilent(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== silence) return false;
  return true;
}
