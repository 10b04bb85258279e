import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { Carrier, MediaStream } from '../carriers/carrier.ts';
import { frameAt, frameNumber } from '../media/audio-history.ts';
import { dtmfTones } from '../media/dtmf.ts';
import type { FrameTurns, TakeFrame } from '../media/frame-turns.ts';
import { FRAME_BYTES, FRAME_MS } from '../media/g711.ts';
import type { Pacer } from '../media/pacer.ts';
import { Playout } from '../media/playout.ts';
import { RecordingTimeline } from '../media/recording-timeline.ts';
import type { AudioListener, AudioPast } from './calls.ts';

/** A checkpoint of our own behind the very first frame; tells when the ear has begun to hear us. */
const firstAudioCheckpoint = 'ringside:first-audio';
/** What may wait here for a carrier that does not read: about a second of audio as it travels. Later than that, it is of no use. */
const waitingAtMostBytes = 16 * 1024;

/** A person's frames that come faster than they are spoken pile up at the carrier; so much, and the rest is left out. */
const personLeadMs = 100;

export interface CallMediaEvents {
  opened(streamId: string): void;
  firstFrameIn(): void;
  firstFrameOut(): void;
  firstFramePlayed(): void;
  /** On the audio path. */
  heard(bytes: Uint8Array): void;
  digit(digit: string): void;
  /** @param wasOpen false when it ended before it named our call */
  lost(reason: string, wasOpen: boolean): void;
  trouble(detail: string): void;
}

/** Both directions of one call's audio: the carrier's socket, the paced playout, the tape and whoever listens. */
export class CallMedia {
  readonly playout: Playout;
  readonly timeline: RecordingTimeline;
  readonly #past: AudioPast;
  readonly #attempt: AttemptId;
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #turns: FrameTurns;
  readonly #events: CallMediaEvents;
  /** A new list for each change: it is gone through for every frame. */
  #listeners: readonly AudioListener[] = [];
  readonly #isOurs: (carrierCallId: string) => boolean;
  #stream: MediaStream | null = null;
  #generation = 0;
  #personEndsAtMs = Number.NEGATIVE_INFINITY;
  #anyIn = false;
  #anyOut = false;
  /** Something was left out since the last checkpoint. */
  #isGappy = false;
  #hasTold = false;

  constructor(parts: {
    readonly attempt: AttemptId;
    readonly clock: Clock;
    readonly pacer: Pacer;
    readonly turns: FrameTurns;
    readonly events: CallMediaEvents;
    /** Whether the call that a carrier's `start` names is this one. */
    readonly isOurs: (carrierCallId: string) => boolean;
  }) {
    this.#attempt = parts.attempt;
    this.#clock = parts.clock;
    this.#pacer = parts.pacer;
    this.#turns = parts.turns;
    this.#events = parts.events;
    this.#isOurs = parts.isOurs;
    this.timeline = new RecordingTimeline();
    const { clock } = parts;
    this.#past = {
      now: () => frameAt(clock.monotonicMs() - (this.timeline.startAtMs ?? clock.monotonicMs())),
      end: (side) => this.timeline.history.end(side),
      read: (side, number, out) => this.timeline.history.read(side, number, out),
    };
    this.playout = new Playout({
      clock: parts.clock,
      sink: {
        send: (frame, playAtMs) => this.#send(frame, playAtMs),
        checkpoint: (name) => this.#checkpoint(name),
        clear: (cutAtMs) => {
          this.#stream?.clear();
          this.timeline.cutOurs(cutAtMs);
        },
      },
    });
  }

  get open(): boolean {
    return this.#stream !== null;
  }

  attach(carrier: Carrier, socket: WebSocket, underlying: Duplex): void {
    if (this.#stream) this.#turns.settle();
    this.#generation += 1;
    const generation = this.#generation;
    const current = () => generation === this.#generation;
    // Small frames at 50 a second each way: waiting to fill a packet would only make them late.
    if ('setNoDelay' in underlying && typeof underlying.setNoDelay === 'function') underlying.setNoDelay(true);
    this.#stream?.close('replaced by a newer socket');
    let wasOpen = false;
    const hear: TakeFrame = (bytes, timestampMs, arrivedAtMs) => {
      if (!current()) return;
      const number = frameNumber(this.timeline.callee(bytes, timestampMs, arrivedAtMs));
      for (const listener of this.#listeners) listener.frame(1, bytes, number);
    };
    const stream = carrier.openMedia(socket, {
      attempt: this.#attempt,
      started: ({ carrierCallId, streamId }) => {
        if (!current() || !this.#isOurs(carrierCallId)) return false;
        wasOpen = true;
        this.#stream = stream;
        this.#pacer.add(this.playout);
        this.#events.opened(streamId);
        return true;
      },
      frame: (bytes, timestampMs) => {
        if (!current()) return;
        if (!this.#anyIn) {
          this.#anyIn = true;
          this.#events.firstFrameIn();
        }
        this.#events.heard(bytes);
        this.#turns.add(hear, bytes, timestampMs, this.#clock.monotonicMs());
      },
      checkpoint: (name) => {
        if (!current()) return;
        if (name === firstAudioCheckpoint) this.#events.firstFramePlayed();
        else this.playout.confirm(name);
      },
      digit: (digit) => {
        if (current()) this.#events.digit(digit);
      },
      closed: (reason) => {
        if (!current()) return;
        this.#turns.settle();
        this.#detach();
        this.#events.lost(reason, wasOpen);
      },
      trouble: (detail) => this.#events.trouble(detail),
    });
  }

  /**
   * 20 ms of a person who speaks for us, past the playout: it leaves at once. On the audio path.
   * @returns monotonic time at which the lead begins to hear it; null when it was left out
   */
  speak(frame: Uint8Array): number | null {
    // Keys and last words of ours are not talked over.
    if (!this.#stream || this.playout.speaking) return null;
    const nowMs = this.#clock.monotonicMs();
    const playAtMs = Math.max(nowMs, this.#personEndsAtMs);
    if (playAtMs - nowMs > personLeadMs) return null;
    this.#personEndsAtMs = playAtMs + FRAME_MS;
    this.#send(frame, playAtMs);
    return playAtMs;
  }

  /** End the stream in good order; nothing of it reaches the call any more. */
  leave(reason: string): void {
    const stream = this.#stream;
    if (stream) this.#turns.settle();
    this.#generation += 1;
    this.#detach();
    stream?.close(reason);
  }

  sendDigits(digits: string): void {
    if (this.#stream?.sendDigits(digits)) return;
    const utterance = `digits-${this.#clock.monotonicMs()}`;
    this.playout.begin(utterance, { interruptible: false });
    this.playout.push(utterance, dtmfTones(digits));
    this.playout.finish(utterance);
  }

  listen(listener: AudioListener): () => void {
    listener.begun?.(this.#past);
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  close(): void {
    this.leave('the call is over');
    this.playout.close();
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener.ended();
  }

  #detach(): void {
    this.#stream = null;
    this.#pacer.remove(this.playout);
  }

  #send(frame: Uint8Array, playAtMs: number): void {
    const stream = this.#stream;
    if (!stream) return;
    if (stream.bufferedBytes > waitingAtMostBytes) {
      this.#leaveOut();
      return;
    }
    stream.send(frame);
    const number = frameNumber(this.timeline.ours(frame, playAtMs));
    if (!this.#anyOut) {
      this.#anyOut = true;
      stream.checkpoint(firstAudioCheckpoint);
      this.#events.firstFrameOut();
    }
    if (frame.length === FRAME_BYTES) for (const listener of this.#listeners) listener.frame(2, frame, number);
  }

  /** Nobody may take for heard what was sent with gaps, a disclosure least of all: then the carrier is not asked. */
  #checkpoint(name: string): void {
    if (!this.#isGappy) this.#stream?.checkpoint(name);
    this.#isGappy = false;
  }

  #leaveOut(): void {
    this.#isGappy = true;
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#events.trouble('the carrier does not read our audio as fast as it is spoken: what would come too late is left out');
  }
}
