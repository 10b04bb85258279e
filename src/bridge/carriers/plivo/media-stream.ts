import type { MediaStream } from '../carrier.ts';
import { tamed } from '../mask.ts';
import { base64Of, isRecord, type MediaProtocol, MediaSocket } from '../media-socket.ts';
import { dtmfMessage, playedMessage, startMessage } from './wire.ts';

/** `contentType` is the bare type and `sampleRate` stands apart: with `;rate=` or without the rate Plivo plays silence. */
const mediaPrefix = '{"event":"playAudio","media":{"contentType":"audio/x-mulaw","sampleRate":8000,"payload":"';

/** 20 ms. Larger pieces have been seen to be refused (`incorrectPayload`), so they are sent in several. */
const frameBytes = 160;

/**
 * Plivo's audio stream, two-way: mu-law 8 kHz both ways. There is no `connected`, and what we send is `playAudio`, never `media`.
 *
 * @see https://www.plivo.com/docs/voice/xml/audiostream
 */
export class PlivoMediaStream implements MediaStream, MediaProtocol {
  readonly streamName = 'streamId';
  readonly #wire: MediaSocket;
  readonly #onCheckpoint: (name: string) => void;
  readonly #onDigit: (digit: string) => void;
  #streamId: string | null = null;
  #checkpointPrefix = '';
  #clearMessage = '';

  constructor(options: Omit<ConstructorParameters<typeof MediaSocket>[0], 'protocol'>) {
    this.#onCheckpoint = (name) => options.handlers.checkpoint(name);
    this.#onDigit = (digit) => options.handlers.digit(digit);
    this.#wire = new MediaSocket({ ...options, protocol: this });
  }

  get bufferedBytes(): number {
    return this.#wire.bufferedBytes;
  }

  send(frame: Uint8Array): void {
    if (!this.#wire.started) return;
    if (frame.length <= frameBytes) {
      this.#wire.write(`${mediaPrefix}${base64Of(frame)}"}}`);
      return;
    }
    for (let at = 0; at < frame.length; at += frameBytes) {
      this.#wire.write(`${mediaPrefix}${base64Of(frame.subarray(at, at + frameBytes))}"}}`);
    }
  }

  checkpoint(name: string): void {
    this.#wire.tell('checkpoint', `${this.#checkpointPrefix}${JSON.stringify(name)}}`);
  }

  clear(): void {
    this.#wire.tell('clearAudio', this.#clearMessage);
  }

  sendDigits(digits: string): boolean {
    if (!this.#wire.started) return false;
    this.#wire.tell('sendDTMF', JSON.stringify({ event: 'sendDTMF', dtmf: digits }));
    return true;
  }

  close(reason: string): void {
    this.#wire.end(reason);
  }

  onMessage(message: Readonly<Record<string, unknown>>): string | null {
    switch (message.event) {
      case 'media': {
        const wrong = this.#misplaced(message.streamId);
        if (wrong !== null) return wrong;
        const { media } = message;
        if (!isRecord(media)) return 'media is not an object';
        if (media.track === 'outbound') return null;
        return this.#wire.frame(media.payload, media.timestamp);
      }
      case 'playedStream': {
        const wrong = this.#misplaced(message.streamId);
        if (wrong !== null) return wrong;
        const parsed = playedMessage.safeParse(message);
        if (!parsed.success) return 'playedStream.name is missing';
        this.#onCheckpoint(parsed.data.name);
        return null;
      }
      case 'dtmf': {
        const wrong = this.#misplaced(message.streamId);
        if (wrong !== null) return wrong;
        const parsed = dtmfMessage.safeParse(message);
        if (!parsed.success) return 'dtmf.digit is not a key';
        this.#onDigit(parsed.data.dtmf.digit);
        return null;
      }
      case 'clearedAudio':
        return this.#misplaced(message.streamId);
      case 'start':
        return this.#start(message);
      // The following four are not in every list of Plivo's; their shape is not promised, so nothing but their name counts.
      case 'stop':
        this.#wire.end('the carrier ended the stream', 1000, 'carrier');
        return null;
      case 'playFailed':
      case 'incorrectPayload':
      case 'error': {
        const reason = typeof message.reason === 'string' ? `: ${tamed(message.reason, 120)}` : '';
        this.#wire.trouble(message.event, `the carrier could not play our audio (${message.event}${reason})`);
        return null;
      }
      default:
        if (typeof message.event !== 'string') return 'event is missing';
        this.#wire.trouble('unknown event', 'the carrier sent an event that is not known here');
        return null;
    }
  }

  #misplaced(streamId: unknown): string | null {
    if (this.#streamId === null) return 'a message came before start';
    return streamId === this.#streamId ? null : 'a message named another stream';
  }

  #start(message: Readonly<Record<string, unknown>>): string | null {
    if (this.#streamId !== null) return 'start came twice';
    const parsed = startMessage.safeParse(message);
    if (!parsed.success) return `start cannot be read (${parsed.error.issues[0]?.path.join('.')})`;
    const { start, streamId = start.streamId } = parsed.data;
    if (streamId === undefined) return 'start.streamId is missing';
    this.#streamId = streamId;
    const id = JSON.stringify(streamId);
    this.#checkpointPrefix = `{"event":"checkpoint","streamId":${id},"name":`;
    this.#clearMessage = `{"event":"clearAudio","streamId":${id}}`;
    const format = start.mediaFormat;
    // Some of Plivo's pages write the rate into the encoding as well (`audio/x-mulaw;rate=8000`).
    if (format && (!/^audio\/x-mulaw(;rate=8000)?$/.test(format.encoding) || (format.sampleRate ?? 8_000) !== 8_000)) {
      this.#wire.trouble('format', `the stream is not 8 kHz mu-law but ${format.encoding.slice(0, 40)} at ${format.sampleRate} Hz`);
      this.#wire.end('the stream has a format that we cannot speak', 1003);
      return null;
    }
    this.#wire.start(start.callId, streamId);
    return null;
  }
}
