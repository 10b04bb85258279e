import { WebSocket } from 'ws';

/** A client of a simulated service by hand: sends what a test says, keeps what comes. */
export class SocketClient {
  readonly messages: Record<string, unknown>[] = [];
  readonly raw: string[] = [];
  audioBytes = 0;
  closed: number | null = null;
  /** HTTP status of a refused upgrade, or 0 when there was none at all. */
  refused: number | null = null;
  readonly #socket: WebSocket;
  #waiters: (() => void)[] = [];

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#socket = new WebSocket(url.replace(/^http/, 'ws'), { headers: { ...headers }, perMessageDeflate: false });
    this.#socket.on('open', () => this.#wake());
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) this.audioBytes += (data as Buffer).length;
      else {
        this.raw.push(String(data));
        try {
          this.messages.push(JSON.parse(String(data)) as Record<string, unknown>);
        } catch {
          // Garbage is looked at in `raw`.
        }
      }
      this.#wake();
    });
    this.#socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode ?? 0;
      response.resume();
      this.#wake();
    });
    this.#socket.on('error', () => {
      this.refused ??= 0;
      this.#wake();
    });
    this.#socket.on('close', (code) => {
      this.closed = code;
      this.#wake();
    });
  }

  async open(): Promise<this> {
    await this.until(() => this.#socket.readyState === WebSocket.OPEN);
    return this;
  }

  send(message: object | Uint8Array): void {
    this.#socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  /** Audio in frames of 20 ms, as fast as it goes. */
  hear(audio: Uint8Array): void {
    for (let at = 0; at + 160 <= audio.length; at += 160) this.send(audio.subarray(at, at + 160));
  }

  ofType(type: string): Record<string, unknown>[] {
    return this.messages.filter((message) => message.type === type);
  }

  async until(test: () => boolean, withinMs = 5_000): Promise<void> {
    const untilMs = Date.now() + withinMs;
    while (!test()) {
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0)
        throw new Error(`it did not come; closed: ${this.closed ?? 'no'}; got ${this.raw.slice(-3).join(' ').slice(0, 400)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  close(): void {
    this.#socket.terminate();
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
