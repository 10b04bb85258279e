import type { Clock } from '#bridge/contract/clock.ts';
import type { Slot } from './frame-pool.ts';
import type { LivePipe } from './live-pipe.ts';
import type { MessagePipe } from './message-pipe.ts';

/** A pipe of the program around us says how much waits, but not when it has gone. */
const lookAgainMs = 50;

/** A console inside this very program, see `Bridge.openConsole`. */
export class HostPipe implements LivePipe {
  readonly #pipe: MessagePipe;
  readonly #clock: Clock;
  #isOpen = true;
  #drained: () => void = () => {};
  #cancelLook: (() => void) | null = null;

  constructor(pipe: MessagePipe, clock: Clock) {
    this.#pipe = pipe;
    this.#clock = clock;
    pipe.onClose(() => this.#gone());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get bufferedBytes(): number {
    return this.#pipe.bufferedBytes;
  }

  send(data: string | Uint8Array): void {
    if (this.#isOpen) this.#pipe.send(data);
  }

  sendSlot(slot: Slot): void {
    this.send(slot.buffer);
    slot.release();
  }

  batch(write: () => void): void {
    write();
    if (this.#isOpen && this.bufferedBytes > 0) this.#cancelLook ??= this.#clock.after(lookAgainMs, () => this.#look());
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#pipe.onMessage((data) => {
      if (this.#isOpen) listener(data);
    });
  }

  onDrain(listener: () => void): void {
    this.#drained = listener;
  }

  onClose(listener: () => void): void {
    this.#pipe.onClose(listener);
  }

  close(): void {
    this.#gone();
    this.#pipe.close();
  }

  terminate(): void {
    this.close();
  }

  #look(): void {
    this.#cancelLook = null;
    if (this.#isOpen) this.#drained();
  }

  #gone(): void {
    this.#isOpen = false;
    this.#cancelLook?.();
    this.#cancelLook = null;
  }
}
