import type { EngineFailure, UsageLine } from '#bridge/engines/engine.ts';
import type { TranscriberHandlers } from '#bridge/engines/transcriber.ts';

/** Writes down what a transcriber tells, and lets a test wait for it. */
export class TranscriberRecorder implements TranscriberHandlers {
  readonly turns = new Map<string, { startMs: number | null; endMs: number | null; text: string; final: boolean }>();
  readonly costs: UsageLine[] = [];
  readonly troubles: string[] = [];
  readonly failures: EngineFailure[] = [];
  readies = 0;
  #waiters: { readonly test: () => boolean; readonly resolve: () => void }[] = [];

  /** Resolves when this holds; looked at after everything that is told. */
  async until(test: () => boolean): Promise<void> {
    if (test()) return;
    await new Promise<void>((resolve) => this.#waiters.push({ test, resolve }));
  }

  /** The words of all turns that are settled, in order. */
  get words(): readonly string[] {
    return [...this.turns.values()].filter(({ final }) => final).map(({ text }) => text);
  }

  ready(): void {
    this.readies += 1;
    this.#told();
  }

  speechStarted(turn: string, audioMs: number): void {
    this.turns.set(turn, { ...this.#of(turn), startMs: audioMs });
    this.#told();
  }

  speechStopped(turn: string, audioMs: number): void {
    this.turns.set(turn, { ...this.#of(turn), endMs: audioMs });
    this.#told();
  }

  text(turn: string, text: string, final: boolean): void {
    this.turns.set(turn, { ...this.#of(turn), text, final });
    this.#told();
  }

  usage(lines: readonly UsageLine[]): void {
    this.costs.push(...lines);
    this.#told();
  }

  failed(failure: EngineFailure): void {
    this.failures.push(failure);
    this.#told();
  }

  trouble(detail: string): void {
    this.troubles.push(detail);
    this.#told();
  }

  #of(turn: string) {
    return this.turns.get(turn) ?? { startMs: null, endMs: null, text: '', final: false };
  }

  #told(): void {
    const due = this.#waiters.filter(({ test }) => test());
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve();
  }
}
