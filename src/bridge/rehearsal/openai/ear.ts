import type { VoiceActivity } from '#bridge/media/fvad.ts';
import { FRAME_BYTES, FRAME_MS } from '#bridge/media/g711.ts';
import { bytesPerMs, toSamples } from './audio-format.ts';
import type { AudioFormat, SemanticVad, ServerVad } from './session-config.ts';
import { type HeardFrame, wordsHeard } from './words-heard.ts';

/** What was taken from the input buffer for one turn of the callee. */
export interface HeardTurn {
  readonly startMs: number;
  readonly endMs: number;
  /** In the session's input format. */
  readonly audio: Uint8Array;
  /** Words of the clips that came through; empty for noise. */
  readonly words: string;
}

export interface EarEvents {
  /** @param startMs place in all audio of the session, padding included */
  speechStarted(startMs: number): void;
  speechStopped(endMs: number, turn: HeardTurn): void;
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly place: HeardFrame | null;
}

/** Voiced frames out of the last five that open a turn. */
const OPENING = 3;
const OPENING_WINDOW = 5;
/** Frames kept without turn detection, ten minutes. Bounds memory when a client never commits. */
const MOST_FRAMES = 30_000;
/** How long a semantic detector waits at most, by its eagerness. @see https://developers.openai.com/api/docs/guides/realtime-vad */
const SEMANTIC_WAIT_MS = { low: 8_000, medium: 4_000, high: 2_000, auto: 4_000 } as const;
/** And when a sentence has come to its end. */
const SEMANTIC_DONE_MS = { low: 900, medium: 500, high: 300, auto: 500 } as const;

/** The input buffer of a session with its turn detection: real voice activity on the real audio. */
export class Ear {
  readonly #activity: VoiceActivity;
  readonly #recognise: (frame: Uint8Array) => HeardFrame | null;
  readonly #events: EarEvents;
  readonly #samples = new Int16Array(FRAME_BYTES);
  #format: AudioFormat = { type: 'audio/pcm', rate: 24_000 };
  #detection: ServerVad | SemanticVad | null = null;
  /** Bytes that do not make up a frame yet. */
  #rest: Uint8Array = new Uint8Array(0);
  #frames: Frame[] = [];
  /** Frames of the session so far, and of those the first in the buffer. */
  #heard = 0;
  #appendedBytesMs = 0;
  #recent: boolean[] = [];
  #speaking = false;
  #silentFrames = 0;
  #lastPlace: HeardFrame | null = null;

  constructor(activity: VoiceActivity, recognise: (frame: Uint8Array) => HeardFrame | null, events: EarEvents) {
    this.#activity = activity;
    this.#recognise = recognise;
    this.#events = events;
  }

  /** A new format starts on a frame of its own; what waited for its frame to fill is dropped. */
  configure(format: AudioFormat, detection: ServerVad | SemanticVad | null): void {
    if (format.type !== this.#format.type) {
      this.#rest = new Uint8Array(0);
      this.#frames = [];
      this.#reset();
    }
    if (!detection) this.#reset();
    this.#format = format;
    this.#detection = detection;
    const threshold = detection?.type === 'server_vad' ? detection.threshold : 0.5;
    // 100 to 1,000: -50 dBFS at threshold 0, -40 at the default, -30 at 1.
    this.#activity.setFloor(100 * 10 ** threshold);
  }

  /** Milliseconds of audio appended since the session began. */
  get totalMs(): number {
    return this.#appendedBytesMs;
  }

  /** Whether the callee is in the middle of a turn. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Milliseconds in the buffer. */
  get bufferedMs(): number {
    return this.#frames.length * FRAME_MS + this.#rest.length / bytesPerMs(this.#format);
  }

  append(bytes: Uint8Array): void {
    const frameBytes = bytesPerMs(this.#format) * FRAME_MS;
    this.#appendedBytesMs += bytes.length / bytesPerMs(this.#format);
    let piece = bytes;
    if (this.#rest.length > 0) {
      piece = new Uint8Array(this.#rest.length + bytes.length);
      piece.set(this.#rest);
      piece.set(bytes, this.#rest.length);
    }
    let at = 0;
    for (; at + frameBytes <= piece.length; at += frameBytes) this.#frame(piece.slice(at, at + frameBytes));
    this.#rest = piece.slice(at);
  }

  /** Take everything out of the buffer as a turn. */
  commit(): HeardTurn {
    return this.#take();
  }

  clear(): void {
    this.#frames = [];
    this.#rest = new Uint8Array(0);
    this.#reset();
  }

  close(): void {
    this.#activity.close();
  }

  #frame(bytes: Uint8Array): void {
    const place = this.#format.type === 'audio/pcmu' ? this.#recognise(bytes) : null;
    this.#heard++;
    this.#frames.push({ bytes, place });
    const detection = this.#detection;
    if (!detection) {
      if (this.#frames.length > MOST_FRAMES) this.#frames.shift();
      return;
    }
    toSamples(bytes, this.#format, this.#samples);
    const voiced = this.#activity.isSpeech(this.#samples);
    if (this.#speaking) this.#hearSpeech(detection, voiced, place);
    else this.#waitForSpeech(detection, voiced);
  }

  #waitForSpeech(detection: ServerVad | SemanticVad, voiced: boolean): void {
    this.#recent.push(voiced);
    if (this.#recent.length > OPENING_WINDOW) this.#recent.shift();
    const padding = detection.type === 'server_vad' ? detection.prefix_padding_ms : 300;
    const kept = Math.ceil(padding / FRAME_MS) + OPENING_WINDOW;
    while (this.#frames.length > kept) this.#frames.shift();
    if (this.#recent.filter(Boolean).length < OPENING) return;
    this.#speaking = true;
    this.#silentFrames = 0;
    this.#lastPlace = this.#frames.findLast((frame) => frame.place !== null)?.place ?? null;
    this.#recent = [];
    this.#events.speechStarted((this.#heard - this.#frames.length) * FRAME_MS);
  }

  #hearSpeech(detection: ServerVad | SemanticVad, voiced: boolean, place: HeardFrame | null): void {
    if (place) this.#lastPlace = place;
    this.#silentFrames = voiced ? 0 : this.#silentFrames + 1;
    if (this.#silentFrames * FRAME_MS < this.#patienceMs(detection)) return;
    const turn = this.#take();
    this.#events.speechStopped(turn.endMs, turn);
  }

  #patienceMs(detection: ServerVad | SemanticVad): number {
    if (detection.type === 'server_vad') return Math.max(FRAME_MS, detection.silence_duration_ms);
    const last = this.#lastPlace;
    const finished = last !== null && last.frameIndex >= last.frames - 2;
    return (finished ? SEMANTIC_DONE_MS : SEMANTIC_WAIT_MS)[detection.eagerness];
  }

  #take(): HeardTurn {
    const frames = this.#frames;
    const frameBytes = bytesPerMs(this.#format) * FRAME_MS;
    const audio = new Uint8Array(frames.length * frameBytes);
    for (const [index, frame] of frames.entries()) audio.set(frame.bytes, index * frameBytes);
    const endMs = this.#heard * FRAME_MS;
    this.#frames = [];
    this.#reset();
    return { startMs: endMs - frames.length * FRAME_MS, endMs, audio, words: wordsHeard(frames.map((frame) => frame.place)) };
  }

  #reset(): void {
    this.#speaking = false;
    this.#silentFrames = 0;
    this.#recent = [];
    this.#lastPlace = null;
  }
}
