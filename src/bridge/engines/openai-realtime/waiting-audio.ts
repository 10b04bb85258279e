const longestMs = 30_000;
const bytesPerMs = 8;

/** The callee's frames while nobody can take them yet: in order, and bounded. */
export class WaitingAudio {
  #frames: { readonly base64: string; readonly bytes: number }[] = [];
  #bytes = 0;

  /** @returns how many bytes of older audio had to go for it */
  push(base64: string, bytes: number): number {
    this.#frames.push({ base64, bytes });
    this.#bytes += bytes;
    if (this.#bytes <= longestMs * bytesPerMs) return 0;
    const gone = this.#frames.shift()?.bytes ?? 0;
    this.#bytes -= gone;
    return gone;
  }

  drain(take: (base64: string, bytes: number) => void): void {
    const frames = this.#frames;
    this.clear();
    for (const frame of frames) take(frame.base64, frame.bytes);
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}

const plainBase64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The carrier's own base64 when it is fit to stand inside a JSON string, else a fresh one: it comes from outside. */
export function safeBase64(base64: string, bytes: Uint8Array): string {
  if (plainBase64.test(base64)) return base64;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
