import { BridgeError } from '#bridge/contract/errors.ts';
import type { EngineFailure, EngineHandlers, EngineSession } from './engine.ts';

/** A session that could not even be tried: it fails at once (but not before `open` has returned) and takes everything without effect. */
export class SilentSession implements EngineSession {
  readonly #failure: EngineFailure;
  #closed = false;

  constructor(failure: EngineFailure, handlers: EngineHandlers) {
    this.#failure = failure;
    queueMicrotask(() => {
      if (!this.#closed) handlers.failed(failure);
    });
  }

  render(): Promise<never> {
    return Promise.reject(new BridgeError('engine/unreachable', this.#failure.cause, { retryable: this.#failure.kind === 'retryable' }));
  }

  close(): void {
    this.#closed = true;
  }

  hear(): void {}
  noteSpoken(): void {}
  setAutoAnswer(): void {}
  answer(): void {}
  interrupt(): void {}
  toolResult(): void {}
  addContext(): void {}
}
