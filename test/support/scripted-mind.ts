import type { TextMind, TextReply, TextRequest } from '#bridge/engines/text-mind.ts';

/** A text model that a test answers for. */
export class ScriptedMind implements TextMind {
  readonly requests: TextRequest[] = [];
  readonly #waiting: {
    readonly onText: (delta: string) => void;
    readonly resolve: (reply: TextReply) => void;
    readonly reject: (error: Error) => void;
    readonly onRetry: () => void;
  }[] = [];

  reply(
    request: TextRequest,
    onText: (delta: string) => void,
    signal: AbortSignal,
    onRetry: () => void = () => undefined,
  ): Promise<TextReply> {
    this.requests.push({ ...request, items: [...request.items] });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ onText, resolve, reject, onRetry });
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }

  /** Write a part of the newest answer. */
  write(delta: string): void {
    this.#waiting.at(-1)?.onText(delta);
  }

  /** Finish the newest answer. */
  async finish(text: string, calls: TextReply['calls'] = []): Promise<void> {
    this.#waiting.at(-1)?.resolve({ text, calls, usage: [{ kind: 'text', micros: 10, detail: '', estimated: false }] });
    await settle();
  }

  /** The model of the newest answer fails, and another one is asked. */
  retry(): void {
    this.#waiting.at(-1)?.onRetry();
  }

  async fail(): Promise<void> {
    this.#waiting.at(-1)?.reject(new Error('no credit'));
    await settle();
  }
}

/** Everything that was promised has been told. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
