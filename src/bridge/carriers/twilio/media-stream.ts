import type { MediaStream } from '../carrier.ts';
import { base64Of, isRecord, type MediaProtocol, MediaSocket } from '../media-socket.ts';
import { dtmfMessage, markMessage, startMessage } from './wire.ts';

/** More than is ever sent in one go. */
const togetherBytes = 16 * 160;

/**
 * Twilio's Media Streams on a two-way stream (`<Connect><Stream>`): mu-law 8 kHz both ways, every number a JSON text.
 *
 * @see https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export class TwilioMediaStream implements MediaStream, MediaProtocol {
  readonly streamName = 'streamSid';
  readonly #wire: MediaSocket;
  readonly #onCheckpoint: (name: string) => void;
  readonly #onDigit: (digit: string) => void;
  #streamSid: string | null = null;
  #mediaPrefix = '';
  #markPrefix = '';
  #clearMessage = '';
  /** What was sent in this very moment; it leaves as one message, because Twilio takes any length and each message has its price. */
  readonly #together = new Uint8Array(togetherBytes);
  #togetherBytes = 0;
  #flushing = false;
  readonly #flushSoon = () => {
    this.#flushing = false;
    this.#flush();
  };

  constructor(options: Omit<ConstructorParameters<typeof MediaSocket>[0], 'protocol'>) {
    this.#onCheckpoint = (name) => options.handlers.checkpoint(name);
    this.#onDigit = (digit) => options.handlers.digit(digit);
    this.#wire = new MediaSocket({ ...options, protocol: this });
  }

  get bufferedBytes(): number {
    return this.#wire.bufferedBytes + this.#togetherBytes;
  }

  send(frame: Uint8Array): void {
    if (!this.#wire.started) return;
    if (this.#togetherBytes + frame.length > togetherBytes) this.#flush();
    if (frame.length > togetherBytes) {
      this.#wire.write(`${this.#mediaPrefix}${base64Of(frame)}"}}`);
      return;
    }
    this.#together.set(frame, this.#togetherBytes);
    this.#togetherBytes += frame.length;
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(this.#flushSoon);
  }

  checkpoint(name: string): void {
    this.#flush();
    this.#wire.tell('mark', `${this.#markPrefix}${JSON.stringify(name)}}}`);
  }

  clear(): void {
    this.#togetherBytes = 0;
    this.#wire.tell('clear', this.#clearMessage);
  }

  /** Media Streams know no message for keys. */
  sendDigits(): boolean {
    return false;
  }

  close(reason: string): void {
    this.#flush();
    this.#wire.end(reason);
  }

  onMessage(message: Readonly<Record<string, unknown>>): string | null {
    switch (message.event) {
      case 'media': {
        const wrong = this.#misplaced(message.streamSid);
        if (wrong !== null) return wrong;
        const { media } = message;
        if (!isRecord(media)) return 'media is not an object';
        if (media.track === 'outbound') return null;
        return this.#wire.frame(media.payload, media.timestamp);
      }
      case 'mark': {
        const wrong = this.#misplaced(message.streamSid);
        if (wrong !== null) return wrong;
        const parsed = markMessage.safeParse(message);
        if (!parsed.success) return 'mark.name is missing';
        this.#onCheckpoint(parsed.data.mark.name);
        return null;
      }
      case 'dtmf': {
        const wrong = this.#misplaced(message.streamSid);
        if (wrong !== null) return wrong;
        const parsed = dtmfMessage.safeParse(message);
        if (!parsed.success) return 'dtmf.digit is not a key';
        this.#onDigit(parsed.data.dtmf.digit);
        return null;
      }
      case 'connected':
        return null;
      case 'start':
        return this.#start(message);
      case 'stop':
        this.#wire.end('the carrier ended the stream', 1000, 'carrier');
        return null;
      default:
        if (typeof message.event !== 'string') return 'event is missing';
        this.#wire.trouble('unknown event', 'the carrier sent an event that is not known here');
        return null;
    }
  }

  #flush(): void {
    if (this.#togetherBytes === 0) return;
    const bytes = this.#together.subarray(0, this.#togetherBytes);
    this.#togetherBytes = 0;
    this.#wire.write(`${this.#mediaPrefix}${base64Of(bytes)}"}}`);
  }

  #misplaced(streamSid: unknown): string | null {
    if (this.#streamSid === null) return 'a message came before start';
    return streamSid === this.#streamSid ? null : 'a message named another stream';
  }

  #start(message: Readonly<Record<string, unknown>>): string | null {
    if (this.#streamSid !== null) return 'start came twice';
    const parsed = startMessage.safeParse(message);
    if (!parsed.success) return `start cannot be read (${parsed.error.issues[0]?.path.join('.')})`;
    const { start, streamSid = start.streamSid } = parsed.data;
    if (streamSid === undefined) return 'start.streamSid is missing';
    this.#streamSid = streamSid;
    const id = JSON.stringify(streamSid);
    this.#mediaPrefix = `{"event":"media","streamSid":${id},"media":{"payload":"`;
    this.#markPrefix = `{"event":"mark","streamSid":${id},"mark":{"name":`;
    this.#clearMessage = `{"event":"clear","streamSid":${id}}`;
    const format = start.mediaFormat;
    if (format && (format.encoding !== 'audio/x-mulaw' || format.sampleRate !== 8_000)) {
      this.#wire.trouble('format', `the stream is not 8 kHz mu-law but ${format.encoding.slice(0, 40)} at ${format.sampleRate} Hz`);
      this.#wire.end('the stream has a format that we cannot speak', 1003);
      return null;
    }
    this.#wire.start(start.callSid, streamSid);
    return null;
  }
}
