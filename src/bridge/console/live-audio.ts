import type { Calls, Hearer } from '#bridge/calls/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import { audioFrameBytes, audioHeaderBytes, FramePool } from './frame-pool.ts';
import { ListeningChannel } from './listening-channel.ts';
import type { LivePipe } from './live-pipe.ts';

/** A person hears one call, a wall of screens a few; each is 100 messages a second. */
const channelsMax = 32;
/** Frames on their way to one socket. Above it they are dropped: late audio is worth less than none. */
const framesOnTheWayMax = 256;
/** Of everything that waits in the socket, the feed's text included. */
const waitingMaxBytes = 256 * 1024;

interface Channel {
  readonly callId: CallId;
  readonly listening: ListeningChannel;
  /** Null until the call has given it; frames before that are dropped, because the console does not know the channel yet. */
  stop: (() => void) | null;
}

/** Calls that one console listens to, over its pipe. */
export class LiveAudio {
  readonly #pipe: LivePipe;
  readonly #calls: Calls;
  readonly #clock: Clock;
  readonly #hearer: Hearer;
  readonly #onEnded: (channel: number, callId: CallId) => void;
  readonly #channels = new Map<number, Channel>();
  readonly #pool = new FramePool(framesOnTheWayMax);
  #lastChannel = 0;

  /** @param parts.hearer who sits at this console */
  constructor(parts: {
    readonly pipe: LivePipe;
    readonly calls: Calls;
    readonly clock: Clock;
    readonly hearer: Hearer;
    readonly onEnded: (channel: number, callId: CallId) => void;
  }) {
    this.#pipe = parts.pipe;
    this.#calls = parts.calls;
    this.#clock = parts.clock;
    this.#hearer = parts.hearer;
    this.#onEnded = parts.onEnded;
  }

  /**
   * @param options `levelsOnly`: to show how loud it is, which is no listening
   * @param opened told the channel's number, which is never used twice on one socket, before its first frame
   * @throws {BridgeError} `not-found`, `state/conflict`, `unavailable`
   */
  open(callId: CallId, opened: (channel: number) => void, { levelsOnly = false }: { readonly levelsOnly?: boolean } = {}): void {
    if (this.#channels.size >= channelsMax) {
      throw new BridgeError('unavailable', `Only ${channelsMax} calls can be heard on one socket. Close one first.`);
    }
    const number = this.takeNumber();
    const channel: Channel = { callId, listening: this.#listening(number, callId), stop: null };
    this.#channels.set(number, channel);
    try {
      const stop = this.#calls.listen(callId, channel.listening, levelsOnly ? null : this.#hearer);
      opened(number);
      if (this.#channels.has(number)) channel.stop = stop;
      else {
        // It was over while it began.
        stop();
        this.#onEnded(number, callId);
      }
    } catch (error) {
      this.#channels.delete(number);
      throw error;
    }
  }

  /** A channel's number, for who only speaks on it. */
  takeNumber(): number {
    this.#lastChannel += 1;
    return this.#lastChannel;
  }

  /** @returns the call that was heard on it, or null when there is no such channel */
  close(number: number): CallId | null {
    const channel = this.#channels.get(number);
    if (!channel) return null;
    this.#channels.delete(number);
    channel.listening.close();
    channel.stop?.();
    return channel.callId;
  }

  closeAll(): void {
    for (const number of [...this.#channels.keys()]) this.close(number);
  }

  get size(): number {
    return this.#channels.size;
  }

  /** @returns where it is heard from now, or null when there is no such channel */
  seek(number: number, backMs: number): { readonly backMs: number; readonly heldMs: number } | null {
    return this.#channels.get(number)?.listening.seek(backMs) ?? null;
  }

  /** @returns false when there is no such channel */
  setRate(number: number, rate: 1 | 1.5): boolean {
    const channel = this.#channels.get(number);
    channel?.listening.setRate(rate);
    return channel !== undefined;
  }

  #listening(number: number, callId: CallId): ListeningChannel {
    return new ListeningChannel({
      clock: this.#clock,
      recordingPath: () => this.#calls.recordingPath(callId),
      send: (side, frame, bytes) => {
        // Until the call has given the channel, the console does not know it.
        if (!this.#channels.get(number)?.stop || bytes.length !== audioFrameBytes) return;
        // A dropped frame leaves a gap in the numbers, which tells the listener how much silence to play.
        if (!this.#pipe.isOpen || this.#pipe.bufferedBytes > waitingMaxBytes) return;
        const slot = this.#pool.take();
        if (!slot) return;
        slot.buffer[0] = side;
        slot.buffer.writeUInt32BE(number, 1);
        slot.buffer.writeUInt32BE(frame >>> 0, 5);
        slot.buffer.set(bytes, audioHeaderBytes);
        this.#pipe.sendSlot(slot);
      },
      ended: () => {
        const channel = this.#channels.get(number);
        this.#channels.delete(number);
        if (channel?.stop) this.#onEnded(number, callId);
      },
    });
  }
}
