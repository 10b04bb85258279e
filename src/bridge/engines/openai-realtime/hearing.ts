import { base64Length, writeBase64 } from '#bridge/media/base64.ts';

const longestMs = 30_000;
const bytesPerMs = 8;

export interface HearingOptions {
  /** @param message valid during the call @returns false when the socket did not take it */
  readonly send: (message: Buffer) => boolean;
  readonly trouble: (detail: string) => void;
  /** What the service calls the message that brings audio. */
  readonly event?: 'session.input_audio.append';
}

/**
 * The callee's frames on their way to the service. Until the session is ready they wait, in order and bounded; from then on each goes out
 * as it comes.
 */
export class Hearing {
  readonly #options: HearingOptions;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #skippedBytes = 0;
  #state: 'waiting' | 'open' | 'over' = 'waiting';

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** On the audio path. */
  hear(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#append(bytes);
    else if (this.#state === 'waiting') this.#wait(bytes);
  }

  open(): void {
    this.#state = 'open';
    const frames = this.#waiting;
    this.#waiting = [];
    for (const bytes of frames) this.#append(bytes);
  }

  end(): void {
    this.#state = 'over';
    this.#waiting = [];
  }

  /** A place in all audio that was given to this session, from the service's count, which knows nothing of what was dropped on the way. */
  placeMs(serviceMs: number): number {
    return serviceMs + this.#skippedBytes / bytesPerMs;
  }

  #wait(bytes: Uint8Array): void {
    this.#waiting.push(Uint8Array.from(bytes));
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes <= longestMs * bytesPerMs) return;
    if (this.#skippedBytes === 0) this.#options.trouble('the session is not ready after 30 s of callee audio; the oldest is dropped');
    const gone = this.#waiting.shift()?.length ?? 0;
    this.#waitingBytes -= gone;
    this.#skippedBytes += gone;
  }

  #append(bytes: Uint8Array): void {
    const { send, event } = this.#options;
    if (!send((event === undefined ? realtimeAppend : liveAppend).of(bytes))) this.#skippedBytes += bytes.length;
  }
}

const tail = '"}';
const [quote = 0, brace = 0] = Buffer.from(tail);
const frameCharacters = base64Length(20 * bytesPerMs);

/**
 * Once for each 20 ms of each call: no object, no text and no escaping. It is written into memory that is used
 * again for the next one, because the socket masks what it is given as bytes into a single packet of its own; of a text it makes two more
 * buffers, and a write that gathers them.
 */
class AppendMessage {
  readonly #head: string;
  #scratch: Buffer;
  /** The same memory as the message of one frame, made once: nearly every message is one. */
  #frame: Buffer;

  constructor(event: string) {
    this.#head = `{"type":"${event}","audio":"`;
    this.#scratch = Buffer.from(this.#head + ' '.repeat(frameCharacters) + tail);
    this.#frame = this.#scratch;
  }

  /** @returns valid until the next one */
  of(bytes: Uint8Array): Buffer {
    const head = this.#head;
    const length = head.length + base64Length(bytes.length) + tail.length;
    if (length > this.#scratch.length) {
      this.#scratch = Buffer.alloc(length);
      this.#scratch.write(head, 'latin1');
      this.#frame = this.#scratch.subarray(0, head.length + frameCharacters + tail.length);
    }
    let at = writeBase64(bytes, this.#scratch, head.length);
    this.#scratch[at++] = quote;
    this.#scratch[at] = brace;
    return length === this.#frame.length ? this.#frame : this.#scratch.subarray(0, length);
  }
}

const realtimeAppend = new AppendMessage('input_audio_buffer.append');
const liveAppend = new AppendMessage('session.input_audio.append');
