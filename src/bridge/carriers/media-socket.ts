import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import type { MediaHandlers } from './carrier.ts';
import { tamed } from './mask.ts';
import { MediaReader } from './media-reader.ts';

/** Both carriers send 20 ms a message, some 320 bytes; Plivo names 64 KB as its own limit. */
const maxMessageBytes = 64 * 1024;
/** So many bad messages, and the other end does not speak the protocol. */
const maxBadMessages = 50;
/** Forty seconds of audio in one second is what Plivo may have kept for us while this machine slept; more is a flood. */
const maxMessagesPerSecond = 4_000;
/** The carrier's first message follows the upgrade at once. */
const startWithinMs = 10_000;
/** Below the idle limits of proxies and tunnels (60 s and up). */
const pingEveryMs = 20_000;
/** Carriers send silence too: a gap of this length is trouble. Plivo itself gives up after 60 s. */
const mediaGapMs = 5_000;
/** How long the other end may take to answer a close. */
const closeWithinMs = 2_000;
/** The same trouble is told at most this often. */
const tellAgainMs = 5_000;

/** Under this name the exchange keeps that something came which is not of the carrier's protocol. */
const unreadableMessage = 'unreadable';

/** What differs between the carriers: how messages read and what is answered. */
export interface MediaProtocol {
  /** What the carrier calls the stream's id, on the outer level of every message. */
  readonly streamName: 'streamSid' | 'streamId';
  /** One JSON value of the carrier. Returns what is wrong with it, or null. */
  onMessage(message: Readonly<Record<string, unknown>>): string | null;
}

/**
 * What every media socket of a carrier needs, whichever language it speaks: limits on what comes in, one report per kind of trouble, a ping
 * against idle proxies, a watch on gaps, and an end that comes exactly once. Nothing that arrives here throws.
 */
export class MediaSocket {
  readonly #socket: WebSocket;
  readonly #handlers: MediaHandlers;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #protocol: MediaProtocol;
  readonly #reader: MediaReader;
  #streamId: Uint8Array = new Uint8Array();
  readonly #note: NoteExchange | undefined;
  #state: 'waiting' | 'started' | 'closing' | 'closed' = 'waiting';
  #reason: string | null = null;
  #by: 'us' | 'carrier' | 'nobody' = 'nobody';
  #badMessages = 0;
  #windowStartMs = 0;
  #windowMessages = 0;
  #lastMessageMs = 0;
  #lastMediaMs = 0;
  #lastTimestampMs = 0;
  readonly #told = new Map<string, number>();
  #cancelPing: () => void = () => {};
  #cancelWatch: () => void = () => {};
  #cancelClose: () => void = () => {};

  constructor(options: {
    socket: WebSocket;
    handlers: MediaHandlers;
    clock: Clock;
    log: Logger;
    protocol: MediaProtocol;
    note?: NoteExchange | undefined;
  }) {
    this.#socket = options.socket;
    this.#handlers = options.handlers;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#protocol = options.protocol;
    this.#reader = readers[options.protocol.streamName];
    this.#note = options.note;
    this.#socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    this.#socket.on('close', (code) => this.#onClose(code));
    // A protocol error of the other end (a broken frame, one beyond the limit of the server) closes the socket right after.
    this.#socket.on('error', (error) => this.trouble('socket', `the media socket failed: ${tamed(error.message)}`));
    this.#cancelWatch = this.#clock.after(startWithinMs, () => {
      this.trouble('no start', 'the carrier opened the media socket and said nothing');
      this.end('the carrier never started the stream', 1008);
    });
    this.#ping();
    if (this.#socket.readyState === this.#socket.CLOSED) queueMicrotask(() => this.#onClose(1006));
  }

  get started(): boolean {
    return this.#state === 'started';
  }

  /** Bytes that wait here because the carrier does not read. */
  get bufferedBytes(): number {
    return this.#state === 'started' ? this.#socket.bufferedAmount : 0;
  }

  /** Send a message as it is. A no-op unless the stream is started. */
  write(message: string): void {
    if (this.#state === 'started' && this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message);
  }

  /** Send a message that is not audio; the call's exchange keeps it. */
  tell(event: string, message: string): void {
    this.write(message);
    this.#keep('out', event, undefined);
  }

  /** The carrier has named its stream: ask whether the call is ours, and go on or close. */
  start(carrierCallId: string, streamId: string): void {
    this.#cancelWatch();
    this.#state = 'started';
    this.#streamId = Buffer.from(streamId);
    this.#lastMediaMs = this.#clock.monotonicMs();
    this.#watchGap(mediaGapMs);
    if (!this.#handlers.started({ carrierCallId, streamId })) this.end('the media socket was opened for another call', 1008);
  }

  /** Hand on a piece of the callee that came in another way than {@link MediaReader} knows. Returns what is wrong, or null. */
  frame(payload: unknown, timestamp: unknown): string | null {
    if (typeof payload !== 'string') return 'media.payload is not a text';
    const { length } = payload;
    if (length === 0) return null;
    const bytes = scratch.write(payload, 0, 'base64');
    if (length % 4 !== 0 || bytes !== (length / 4) * 3 - padding(payload)) return 'media.payload is not base64';
    const atMs = Number(timestamp);
    this.#hand(bytes, Number.isFinite(atMs) ? atMs : this.#lastTimestampMs + bytes / 8);
    return null;
  }

  /** Tell of something that is not as it should be; the same kind at most every few seconds. */
  trouble(kind: string, detail: string): void {
    if (this.#state === 'closed') return;
    const nowMs = this.#clock.monotonicMs();
    const lastMs = this.#told.get(kind);
    if (lastMs !== undefined && nowMs - lastMs < tellAgainMs) return;
    this.#told.set(kind, nowMs);
    this.#guard(() => this.#handlers.trouble(detail));
  }

  /** Close in good order. @param by whose wish it is. `closed` follows when the other end has answered, or soon after if it does not. */
  end(reason: string, code = 1000, by: 'us' | 'carrier' = 'us'): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closing';
    this.#reason = reason;
    this.#by = by;
    this.#cancelWatch();
    this.#cancelPing();
    this.#cancelClose = this.#clock.after(closeWithinMs, () => this.#socket.terminate());
    this.#socket.close(code);
    if (by === 'us') this.#guard(() => this.#handlers.leaving?.());
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#lastMessageMs = this.#clock.monotonicMs();
    if (this.#isFlood()) {
      this.trouble('flood', 'the carrier sends far more than audio in real time');
      this.end('the media socket was flooded', 1008);
      return;
    }
    try {
      const problem = this.#read(data, isBinary);
      if (problem !== null) this.#refuse(problem, isBinary);
    } catch (error) {
      this.#failed(error);
    }
  }

  #refuse(problem: string, isBinary: boolean): void {
    if (this.#badMessages === 0) this.#keep('in', unreadableMessage, { problem });
    this.trouble(problem, problem);
    this.#badMessages += 1;
    if (this.#badMessages >= maxBadMessages) this.end(`${maxBadMessages} messages could not be understood`, isBinary ? 1003 : 1008);
  }

  #read(data: RawData, isBinary: boolean): string | null {
    if (isBinary) return 'a binary frame came where only text belongs';
    const text = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    if (text.length > maxMessageBytes) return 'a message was larger than 64 KiB';
    if (this.#state === 'started' && this.#reader.read(text, this.#streamId)) {
      this.#hand(this.#reader.audioBytes, this.#reader.timestampMs);
      return null;
    }
    let message: unknown;
    try {
      message = JSON.parse(text.toString('utf8'));
    } catch {
      return 'a message was not JSON';
    }
    if (!isRecord(message)) return 'a message was not a JSON object';
    if (message.event !== 'media') this.#keep('in', typeof message.event === 'string' ? message.event.slice(0, 40) : 'unnamed', message);
    return this.#protocol.onMessage(message);
  }

  /** What stands in the scratch. */
  #hand(bytes: number, timestampMs: number): void {
    this.#lastTimestampMs = timestampMs;
    this.#lastMediaMs = this.#lastMessageMs;
    this.#handlers.frame(bytes === 160 ? scratchFrame : scratch.subarray(0, bytes), timestampMs);
  }

  #keep(way: 'in' | 'out', name: string, content: unknown): void {
    this.#note?.({ attempt: this.#handlers.attempt, atMs: this.#clock.nowMs(), way, kind: 'media', name, content });
  }

  #isFlood(): boolean {
    if (this.#lastMessageMs - this.#windowStartMs >= 1_000) {
      this.#windowStartMs = this.#lastMessageMs;
      this.#windowMessages = 0;
    }
    this.#windowMessages += 1;
    return this.#windowMessages > maxMessagesPerSecond;
  }

  /** Whatever a listener of ours does wrong stays in this call. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#log.error({ err: error }, 'a media message could not be handled');
  }

  #ping(): void {
    this.#cancelPing = this.#clock.after(pingEveryMs, () => {
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
      this.#ping();
    });
  }

  #watchGap(inMs: number): void {
    this.#cancelWatch = this.#clock.after(inMs, () => {
      const silentMs = this.#clock.monotonicMs() - this.#lastMediaMs;
      if (silentMs < mediaGapMs) {
        this.#watchGap(mediaGapMs - silentMs);
        return;
      }
      this.trouble('gap', `no audio from the carrier for ${Math.round(silentMs / 1000)} s`);
      this.#watchGap(mediaGapMs);
    });
  }

  #onClose(code: number): void {
    if (this.#state === 'closed') return;
    const reason = this.#reason ?? `the carrier closed the media socket (${code})`;
    this.#state = 'closed';
    this.#keep(this.#by === 'us' ? 'out' : 'in', 'close', { code, reason });
    this.#cancelWatch();
    this.#cancelPing();
    this.#cancelClose();
    this.#guard(() => this.#handlers.closed(reason, this.#by));
  }
}

/** Decoded audio of whichever call has a message right now; handlers keep none of it. Holds the payload of the largest message. */
const scratch = Buffer.allocUnsafeSlow(maxMessageBytes);
/** The same memory as one frame of 20 ms, made once: nearly every message is one. */
const scratchFrame = scratch.subarray(0, 160);
const readers = { streamSid: new MediaReader('streamSid', scratch), streamId: new MediaReader('streamId', scratch) };

function padding(base64: string): number {
  return base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
}

/** Text of a frame for the wire. The copy goes through memory made once. */
export function base64Of(frame: Uint8Array): string {
  if (frame.length > outScratch.length) return Buffer.from(frame).toString('base64');
  outScratch.set(frame);
  return outScratch.toString('base64', 0, frame.length);
}
const outScratch = Buffer.allocUnsafeSlow(4_096);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
