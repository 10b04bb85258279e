import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';

type Params = Readonly<Record<string, unknown>>;
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly sessionId?: string;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** One connection to Chromium's DevTools protocol. Events are named by session and method. */
class Cdp extends EventEmitter {
  #socket: WebSocket | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, { method: string; resolve: (result: Params) => void; reject: (error: Error) => void }>();

  async connect(address: string): Promise<void> {
    const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 1 << 28 });
    socket.on('message', (data) => this.#take(JSON.parse(data.toString()) as Answer));
    await once(socket, 'open');
    this.#socket = socket;
  }

  /** @throws with the method's name when Chromium refuses */
  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { method, resolve, reject });
      this.#socket?.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  #take(message: Answer): void {
    if (message.id === undefined) {
      this.emit(`${message.sessionId ?? ''}${message.method ?? ''}`, message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting?.resolve(message.result ?? {});
  }
}

export const cdp = new Cdp();
