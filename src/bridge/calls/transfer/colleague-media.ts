import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { Carrier, MediaStream } from '../../carriers/carrier.ts';
import { FRAME_BYTES, FRAME_MS, SILENCE } from '../../media/g711.ts';
import type { Pacer } from '../../media/pacer.ts';
import { Playout } from '../../media/playout.ts';

/** What the carrier holds ready of the other side's voice, so that a frame that comes late leaves no hole. */
const reserveFrames = 3;
/** More than this ahead of the clock is what a stall has piled up: left out, lest the two talk past each other from then on. */
const aheadMs = 200;
/** What may wait here for a carrier that does not read. */
const waitingAtMostBytes = 16 * 1024;
const silence = new Uint8Array(FRAME_BYTES).fill(SILENCE);

export interface ColleagueMediaEvents {
  opened(): void;
  /** 20 ms of the colleague, on the audio path; valid during the call. */
  heard(bytes: Uint8Array): void;
  digit(digit: string): void;
  /** A sentence has been heard to its end, or its time is long over. */
  said(utterance: string): void;
  lost(reason: string): void;
  trouble(detail: string): void;
}

/** The audio of a second leg: sentences for the colleague alone, and, once they are connected, the voices of the call as they come. */
export class ColleagueMedia {
  readonly playout: Playout;
  readonly #attempt: AttemptId;
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #events: ColleagueMediaEvents;
  readonly #isOurs: (carrierCallId: string) => boolean;
  #stream: MediaStream | null = null;
  #isClosed = false;
  /** When the voices of the call began to go through, and how much of them was sent since. */
  #passingSinceMs: number | null = null;
  #passedMs = 0;

  constructor(parts: {
    readonly attempt: AttemptId;
    readonly clock: Clock;
    readonly pacer: Pacer;
    readonly events: ColleagueMediaEvents;
    readonly isOurs: (carrierCallId: string) => boolean;
  }) {
    this.#attempt = parts.attempt;
    this.#clock = parts.clock;
    this.#pacer = parts.pacer;
    this.#events = parts.events;
    this.#isOurs = parts.isOurs;
    this.playout = new Playout({
      clock: parts.clock,
      sink: {
        send: (frame) => this.#stream?.send(frame),
        checkpoint: (name) => this.#stream?.checkpoint(name),
        clear: () => this.#stream?.clear(),
      },
    });
    this.playout.onPlayed((utterance) => this.#events.said(utterance));
  }

  get open(): boolean {
    return this.#stream !== null;
  }

  attach(carrier: Carrier, socket: WebSocket, underlying: Duplex): void {
    if (this.#isClosed || this.#stream) {
      socket.close();
      return;
    }
    if ('setNoDelay' in underlying && typeof underlying.setNoDelay === 'function') underlying.setNoDelay(true);
    const stream = carrier.openMedia(socket, {
      attempt: this.#attempt,
      started: ({ carrierCallId }) => {
        if (this.#isClosed || this.#stream || !this.#isOurs(carrierCallId)) return false;
        this.#stream = stream;
        this.#pacer.add(this.playout);
        this.#events.opened();
        return true;
      },
      frame: (bytes) => {
        if (this.#stream === stream) this.#events.heard(bytes);
      },
      checkpoint: (name) => {
        if (this.#stream === stream) this.playout.confirm(name);
      },
      digit: (digit) => {
        if (this.#stream === stream) this.#events.digit(digit);
      },
      closed: (reason) => {
        if (this.#stream !== stream) return;
        this.#detach();
        if (!this.#isClosed) this.#events.lost(reason);
      },
      trouble: (detail) => this.#events.trouble(detail),
    });
  }

  /** Say something to the colleague alone. @param audio 8 kHz mu-law */
  say(utterance: string, audio: Uint8Array): void {
    this.playout.begin(utterance, { interruptible: false });
    this.playout.push(utterance, audio);
    this.playout.finish(utterance);
  }

  /** Drop what was not heard yet. */
  hush(): void {
    this.playout.clear();
  }

  /** 20 ms of the call for the colleague's ear, as it comes. On the audio path. */
  pass(frame: Uint8Array): void {
    const stream = this.#stream;
    if (!stream || stream.bufferedBytes > waitingAtMostBytes) return;
    const nowMs = this.#clock.monotonicMs();
    if (this.#passingSinceMs === null || this.#passedMs < nowMs - this.#passingSinceMs - aheadMs) {
      // The first frame, or the first after a pause: what is sent from now on begins to play from now on.
      this.#passingSinceMs = nowMs;
      this.#passedMs = reserveFrames * FRAME_MS;
      for (let filled = 0; filled < reserveFrames; filled += 1) stream.send(silence);
    } else if (this.#passedMs - (nowMs - this.#passingSinceMs) > aheadMs) return;
    this.#passedMs += FRAME_MS;
    stream.send(frame);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const stream = this.#stream;
    this.#detach();
    stream?.close('the call with the colleague is over');
    this.playout.close();
  }

  #detach(): void {
    this.#stream = null;
    this.#pacer.remove(this.playout);
  }
}
