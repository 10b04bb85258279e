import type { EngineFailure, EngineHandlers, UsageLine } from '#bridge/engines/engine.ts';

/** Writes down what an engine tells, and lets a test wait for it. */
export class EngineRecorder implements EngineHandlers {
  /** Names of what was told, in order. */
  readonly log: string[] = [];
  readonly texts = new Map<string, { text: string; final: boolean }>();
  readonly turns = new Map<string, { text: string; final: boolean; after: string | null }>();
  readonly answers: { status: string; detail: string | null }[] = [];
  readonly calls: { id: string; name: string; arguments: string }[] = [];
  readonly costs: UsageLine[] = [];
  readonly troubles: string[] = [];
  readonly speech: { turn: string; atMs: number; began: boolean }[] = [];
  readonly expiries: number[] = [];
  readonly #audio = new Map<string, Buffer[]>();
  info: { model: string; sessionId: string } | null = null;
  failure: EngineFailure | null = null;
  readonly failures: EngineFailure[] = [];
  onSpeech: ((turn: string) => void) | null = null;
  onTool: ((call: { id: string; name: string }) => void) | null = null;
  #waiters: { readonly test: () => boolean; readonly resolve: () => void }[] = [];

  /** Resolves when this holds; looked at after everything the engine tells. */
  async until(test: () => boolean): Promise<void> {
    if (test()) return;
    await new Promise<void>((resolve) => this.#waiters.push({ test, resolve }));
  }

  audioOf(utterance: string): Buffer {
    return Buffer.concat(this.#audio.get(utterance) ?? []);
  }

  get utterances(): readonly string[] {
    return [...this.#audio.keys()];
  }

  connected(): void {
    this.#tell('connected');
  }

  ready(info: { readonly model: string; readonly sessionId: string }): void {
    this.info = info;
    this.#tell('ready');
  }

  audio(utterance: string, bytes: Uint8Array): void {
    this.#audio.set(utterance, [...(this.#audio.get(utterance) ?? []), Buffer.from(bytes)]);
    this.#tell(`audio ${utterance}`);
  }

  utteranceText(utterance: string, text: string, final: boolean): void {
    this.texts.set(utterance, { text, final });
    this.#tell(`text ${utterance}`);
  }

  audioDone(utterance: string): void {
    this.#tell(`audio done ${utterance}`);
  }

  answering(): void {
    this.#tell('answering');
  }

  answered(result: { readonly status: string; readonly detail: string | null }): void {
    this.answers.push(result);
    this.#tell(`answered ${result.status}`);
  }

  speechStarted(turn: string, atMs: number): void {
    this.speech.push({ turn, atMs, began: true });
    this.onSpeech?.(turn);
    this.#tell(`speech started ${turn}`);
  }

  speechStopped(turn: string, atMs: number): void {
    this.speech.push({ turn, atMs, began: false });
    this.#tell(`speech stopped ${turn}`);
  }

  turnCommitted(turn: string, after: string | null): void {
    this.turns.set(turn, { text: '', final: false, after });
    this.#tell(`committed ${turn}`);
  }

  turnText(turn: string, text: string, final: boolean): void {
    this.turns.set(turn, { text, final, after: this.turns.get(turn)?.after ?? null });
    this.#tell(`${final ? 'final' : 'partial'} ${turn}`);
  }

  toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void {
    this.calls.push(call);
    this.onTool?.(call);
    this.#tell(`tool ${call.id}`);
  }

  usage(lines: readonly UsageLine[]): void {
    this.costs.push(...lines);
    this.#tell('usage');
  }

  expiresAt(atMs: number): void {
    this.expiries.push(atMs);
    this.#tell('expires');
  }

  failed(failure: EngineFailure): void {
    this.failure = failure;
    this.failures.push(failure);
    this.#tell('failed');
  }

  trouble(detail: string): void {
    this.troubles.push(detail);
    this.#tell('trouble');
  }

  #tell(what: string): void {
    this.log.push(what);
    const due = this.#waiters.filter((waiter) => waiter.test());
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const waiter of due) waiter.resolve();
  }
}
