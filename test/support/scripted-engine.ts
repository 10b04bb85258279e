import type { Clock } from '#bridge/contract/clock.ts';
import type { Rung } from '#bridge/contract/words.ts';
import type { Engine, EngineFailure, EngineHandlers, EngineSession, SessionRequest } from '#bridge/engines/engine.ts';

/** What one call told its session, in order. */
export type Told =
  | { readonly what: 'answer'; readonly instructions: string | null }
  | { readonly what: 'interrupt'; readonly utterance: string | null; readonly heardMs: number }
  | { readonly what: 'auto'; readonly on: boolean }
  | { readonly what: 'spoken'; readonly text: string }
  | { readonly what: 'context'; readonly text: string }
  | { readonly what: 'nudge'; readonly id: string; readonly text: string }
  | { readonly what: 'withdraw'; readonly id: string }
  | { readonly what: 'tool-result'; readonly id: string; readonly result: string; readonly thenAnswer: boolean }
  | { readonly what: 'close' };

/** An engine that does what a test says, on the test's clock. */
export class ScriptedEngine implements Engine {
  readonly rung: Rung;
  readonly sessions: ScriptedSession[] = [];
  readonly #clock: Clock;
  /** Why no session can be had at all; null when one can. */
  missing: string | null = null;
  /** What becomes of a session that is opened from now on: it is ready or fails after so long, or neither ever. */
  opening: { readonly readyAfterMs: number } | { readonly failsAfterMs: number; readonly failure: EngineFailure } | 'hangs' = {
    readyAfterMs: 100,
  };

  constructor(clock: Clock, rung: Rung = 'realtime') {
    this.#clock = clock;
    this.rung = rung;
  }

  availability(): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
    return this.missing === null ? { ok: true } : { ok: false, reason: this.missing };
  }

  open(request: SessionRequest, handlers: EngineHandlers): ScriptedSession {
    const session = new ScriptedSession(request, handlers, this.#clock);
    this.sessions.push(session);
    const { opening } = this;
    if (opening === 'hangs') return session;
    if ('readyAfterMs' in opening) session.later(opening.readyAfterMs, () => session.ready());
    else session.later(opening.failsAfterMs, () => session.fail(opening.failure));
    return session;
  }

  testCredentials(): Promise<{ readonly detail: string }> {
    return Promise.resolve({ detail: 'scripted' });
  }

  /** The session that the call has now. */
  get session(): ScriptedSession {
    const session = this.sessions.at(-1);
    if (!session) throw new Error('no session was opened');
    return session;
  }
}

export class ScriptedSession implements EngineSession {
  readonly request: SessionRequest;
  readonly on: EngineHandlers;
  readonly told: Told[] = [];
  readonly renders: { readonly text: string; readonly done: (audio: Uint8Array) => void; readonly fail: () => void }[] = [];
  readonly #clock: Clock;
  readonly #cancels: (() => void)[] = [];
  readonly #cutOff = new Set<string>();
  #utterances = 0;
  #turns = 0;
  #heardBytes = 0;
  closed = false;

  constructor(request: SessionRequest, handlers: EngineHandlers, clock: Clock) {
    this.request = request;
    this.on = handlers;
    this.#clock = clock;
  }

  later(ms: number, work: () => void): void {
    this.#cancels.push(this.#clock.after(ms, work));
  }

  get heardMs(): number {
    return this.#heardBytes / 8;
  }

  hear(bytes: Uint8Array): void {
    this.#heardBytes += bytes.length;
  }

  render(text: string): Promise<{ readonly audio: Uint8Array; readonly text: string }> {
    return new Promise((resolve, reject) => {
      this.renders.push({ text, done: (audio) => resolve({ audio, text }), fail: () => reject(new Error('not rendered')) });
    });
  }

  noteSpoken(text: string): void {
    this.told.push({ what: 'spoken', text });
  }

  setAutoAnswer(on: boolean): void {
    this.told.push({ what: 'auto', on });
  }

  answer(instructions: string | null): void {
    this.told.push({ what: 'answer', instructions });
  }

  interrupt(utterance: string | null, heardMs: number): void {
    if (utterance !== null) this.#cutOff.add(utterance);
    this.told.push({ what: 'interrupt', utterance, heardMs });
  }

  toolResult(id: string, result: string, thenAnswer: boolean): void {
    this.told.push({ what: 'tool-result', id, result, thenAnswer });
  }

  addContext(text: string): void {
    this.told.push({ what: 'context', text });
  }

  nudge(id: string, text: string): void {
    this.told.push({ what: 'nudge', id, text });
  }

  withdraw(id: string): void {
    this.told.push({ what: 'withdraw', id });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.told.push({ what: 'close' });
  }

  // What the service does, at a word of the test.

  ready(): void {
    this.on.connected();
    this.on.ready({ model: 'scripted-model', sessionId: 'session' });
  }

  fail(failure: Partial<EngineFailure> = {}): void {
    if (!this.closed) this.on.failed({ kind: 'retryable', cause: 'the socket was cut', cure: null, ...failure });
  }

  /** All of one kind that the call told. */
  all<What extends Told['what']>(what: What): Extract<Told, { what: What }>[] {
    return this.told.filter((one): one is Extract<Told, { what: What }> => one.what === what);
  }

  /** An answer begins. @param instructions with which it was asked for; null when nobody asked, or asked plainly */
  begins(instructions: string | null = null): void {
    this.on.answering({ instructions });
  }

  /** Audio and words of an utterance come, faster than real time. @returns its name */
  utters(text: string, ms: number, { whole = true, byte = 0x20 }: { whole?: boolean; byte?: number } = {}): string {
    this.#utterances += 1;
    const utterance = `item-${this.#utterances}`;
    this.on.utteranceText(utterance, text, false);
    this.moreAudio(utterance, ms, byte);
    if (whole) {
      this.on.utteranceText(utterance, text, true);
      this.on.audioDone(utterance);
    }
    return utterance;
  }

  moreAudio(utterance: string, ms: number, byte = 0x20): void {
    // As the adapter does: of what was interrupted, nothing more is told.
    if (!this.#cutOff.has(utterance)) this.on.audio(utterance, new Uint8Array(ms * 8).fill(byte));
  }

  ends(status: 'completed' | 'cancelled' | 'incomplete' | 'failed' = 'completed'): void {
    this.on.answered({ status, detail: null });
  }

  /** A whole answer at once. @returns the name of its utterance */
  answers(text: string, ms: number, instructions: string | null = null): string {
    this.begins(instructions);
    const utterance = this.utters(text, ms);
    this.ends();
    return utterance;
  }

  callsTool(name: string, args: unknown, id = `tool-${this.told.length}`): string {
    this.on.toolCalled({ id, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) });
    return id;
  }

  /** The lead is heard to begin. @returns the name of the turn */
  hears(): string {
    this.#turns += 1;
    const turn = `turn-${this.#turns}`;
    this.on.speechStarted(turn, Math.max(0, this.heardMs - 100));
    return turn;
  }

  /** ... and to stop. */
  heardEnd(turn: string): void {
    this.on.speechStopped(turn, this.heardMs);
    this.on.turnCommitted(turn, null);
  }

  understands(turn: string, text: string, final = true): void {
    this.on.turnText(turn, text, final);
  }
}
