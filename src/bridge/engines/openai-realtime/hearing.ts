const longestMs = 30_000;
const bytesPerMs = 8;

export interface HearingOptions {
  /** @returns false when the socket did not take it */
  readonly send: (text: string) => boolean;
  readonly trouble: (detail: string) => void;
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

  /** Once for each 20 ms: no object and no escaping, the text is known to be plain base64. */
  #append(base64: string, bytes: number): void {
    if (!this.#options.send(`{"type":"input_audio_buffer.append","audio":"${base64}"}`)) this.#skippedBytes += bytes;
  }
}

const plainBase64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The carrier's own base64 when it is fit to stand inside a JSON string, else a fresh one: it comes from outside. */
function safeBase64(base64: string, bytes: Uint8Array): string {
  if (plainBase64.test(base64)) return base64;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
