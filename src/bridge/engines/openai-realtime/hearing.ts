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
  #waiting: { readonly base64: string; readonly bytes: number }[] = [];
  #waitingBytes = 0;
  #skippedBytes = 0;
  #state: 'waiting' | 'open' | 'over' = 'waiting';

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** On the audio path. @param base64 the same audio as the carrier sent it */
  hear(bytes: Uint8Array, base64: string): void {
    if (this.#state === 'over') return;
    const safe = safeBase64(base64, bytes);
    if (this.#state === 'open') this.#append(safe, bytes.length);
    else this.#wait(safe, bytes.length);
  }

  open(): void {
    this.#state = 'open';
    const frames = this.#waiting;
    this.#waiting = [];
    for (const { base64, bytes } of frames) this.#append(base64, bytes);
  }

  end(): void {
    this.#state = 'over';
    this.#waiting = [];
  }

  /** A place in all audio that was given to this session, from the service's count, which knows nothing of what was dropped on the way. */
  placeMs(serviceMs: number): number {
    return serviceMs + this.#skippedBytes / bytesPerMs;
  }

  #wait(base64: string, bytes: number): void {
    this.#waiting.push({ base64, bytes });
    this.#waitingBytes += bytes;
    if (this.#waitingBytes <= longestMs * bytesPerMs) return;
    if (this.#skippedBytes === 0) this.#options.trouble('the session is not ready after 30 s of callee audio; the oldest is dropped');
    const gone = this.#waiting.shift()?.bytes ?? 0;
    this.#waitingBytes -= gone;
    this.#skippedBytes += gone;
  }

  #append(base64: string, bytes: number): void {
    const { send, event } = this.#options;
    if (!send((event === undefined ? realtimeAppend : liveAppend).of(base64))) this.#skippedBytes += bytes;
  }
}

const tail = '"}';
const frameCharacters = Math.ceil((20 * bytesPerMs) / 3) * 4;

/**
 * Once for each 20 ms of each call: no object and no escaping, the text is known to be plain base64. It is written into memory that is used
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
  of(base64: string): Buffer {
    const head = this.#head;
    const length = head.length + base64.length + tail.length;
    if (length > this.#scratch.length) {
      this.#scratch = Buffer.alloc(length);
      this.#scratch.write(head, 'latin1');
      this.#frame = this.#scratch.subarray(0, head.length + frameCharacters + tail.length);
    }
    this.#scratch.write(base64, head.length, 'latin1');
    this.#scratch.write(tail, length - tail.length, 'latin1');
    return length === this.#frame.length ? this.#frame : this.#scratch.subarray(0, length);
  }
}

const realtimeAppend = new AppendMessage('input_audio_buffer.append');
const liveAppend = new AppendMessage('session.input_audio.append');

const plainBase64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The carrier's own base64 when it is fit to stand inside a JSON string, else a fresh one: it comes from outside. */
function safeBase64(base64: string, bytes: Uint8Array): string {
  if (plainBase64.test(base64)) return base64;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
