import { EventEmitter } from 'node:events';

/** One end of a message channel in main; the other end is here too, or in the page. */
export class MessagePortMain extends EventEmitter {
  peer: MessagePortMain | null = null;
  /** Set when the other end lies in the page. */
  remote: ((data: unknown) => void) | null = null;
  #isStarted = false;
  #isClosed = false;
  #waiting: unknown[] = [];

  postMessage(data: unknown): void {
    if (this.#isClosed) return;
    if (this.remote) this.remote(data);
    else this.peer?.deliver(structuredClone(data));
  }

  deliver(data: unknown): void {
    if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.deliver(data);
  }

  close(): void {
    this.shut();
    this.peer?.shut();
  }

  shut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

type Handler = (event: unknown, ...args: unknown[]) => unknown;

class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }
}

export const ipcMain = new IpcMain();
