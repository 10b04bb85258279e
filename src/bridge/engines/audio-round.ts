/** What a round needs of a socket. */
export interface RoundSocket {
  readonly readyState: number;
  readonly OPEN: number;
  send(message: Buffer, options: { readonly binary: boolean }): void;
  terminate(): void;
}

/** So many frames wait for each other at most: what the first of them loses by it is under a millisecond. */
const placeCount = 32;
/** A frame of 20 ms as a message is some 270 bytes long. */
const placeBytes = 320;
const asText = { binary: false } as const;

/**
 * Sends of all calls that follow each other closely. The frames of many calls arrive in one moment; each that is sent by itself wakes
 * whoever receives it, and costs this machine half as much again as one that is sent right behind another. So those of one turn of the
 * event loop leave together. Adding one allocates nothing.
 */
export class AudioRound {
  readonly #memory: readonly Buffer[] = Array.from({ length: placeCount }, () => Buffer.allocUnsafeSlow(placeBytes));
  /** The same memory, as long as the message in it: the next one there is of the same length nearly always. */
  readonly #messages: Buffer[] = [...this.#memory];
  readonly #sockets: (RoundSocket | null)[] = Array.from({ length: placeCount }, () => null);
  readonly #defer: (work: () => void) => void;
  #count = 0;
  #isDue = false;
  readonly #turn = (): void => {
    this.#isDue = false;
    this.flush();
  };

  /** @param defer runs something once, after the sockets that have something to read were read */
  constructor(defer: (work: () => void) => void = setImmediate) {
    this.#defer = defer;
  }

  /** Send this soon, behind all that was added before. @param message text as bytes; copied */
  add(socket: RoundSocket, message: Buffer): void {
    const memory = this.#memory[this.#count];
    if (memory === undefined || message.length > placeBytes) {
      this.flush();
      send(socket, message);
      return;
    }
    message.copy(memory);
    if (this.#messages[this.#count]?.length !== message.length) this.#messages[this.#count] = memory.subarray(0, message.length);
    this.#sockets[this.#count] = socket;
    this.#count += 1;
    if (this.#count === placeCount) this.flush();
    else if (!this.#isDue) {
      this.#isDue = true;
      this.#defer(this.#turn);
    }
  }

  /** Send all that wait, now: something else is about to be sent that belongs behind them. */
  flush(): void {
    const count = this.#count;
    this.#count = 0;
    for (let place = 0; place < count; place++) {
      const socket = this.#sockets[place];
      const message = this.#messages[place];
      this.#sockets[place] = null;
      if (socket && message) send(socket, message);
    }
  }
}

/** The round of this process: it is the machine that is shared, whichever service the audio goes to. */
export const audioRound = new AudioRound();

function send(socket: RoundSocket, message: Buffer): void {
  if (socket.readyState !== socket.OPEN) return;
  try {
    socket.send(message, asText);
  } catch {
    // One socket that cannot send must not keep the frames behind it; its end is told by its own events.
    socket.terminate();
  }
}
