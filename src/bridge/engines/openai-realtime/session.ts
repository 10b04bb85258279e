import type { EngineFailure, EngineHandlers, EngineSession, UtteranceId } from '../engine.ts';
import { Timers } from '../timers.ts';
import { History } from './history.ts';
import { Link, type LinkOptions } from './link.ts';
import type { Rendered } from './renders.ts';

/**
 * The service ends a session after an hour. At five sixths of that (50 minutes) a second one is opened beside it, and at 98 % the call
 * moves whatever is being said.
 */
const openAtShare = 5 / 6;
const forceAtShare = 0.98;
/** How often we look for a moment of silence, and how long the silence must have lasted by our estimate of the playout. */
const lookEveryMs = 250;
const silenceMs = 400;
/** When the second session does not come about. */
const retryMs = 60_000;
/** Late words and the rest of an answer may still come from the session that was left. */
const drainMs = 30_000;

const takesOver =
  'The call is going on; this is the conversation so far. You have introduced yourself already: do not greet again, do not repeat yourself.';

/**
 * What a call talks to. It lives as long as the call, over one or more sessions of the service, and the call does not notice when it moves
 * from one to the next: at a moment of silence, with the last turns told to the new session as text.
 */
export class RealtimeSession implements EngineSession {
  readonly #options: LinkOptions;
  readonly #on: EngineHandlers;
  readonly #timers: Timers;
  readonly #history = new History();
  readonly #toolsOf = new Map<string, Link>();
  #current: Link;
  #next: Link | null = null;
  #left: Link | null = null;
  #auto = false;
  #over = false;
  #mustMove = false;
  #plans = 0;
  #heardBytes = 0;
  /** Place of the current session's first audio in all audio of the call. */
  #offsetMs = 0;
  /** When all that was generated so far has been played, if it was played at once. */
  #playedAtMs = 0;

  constructor(options: LinkOptions, handlers: EngineHandlers) {
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(options.clock);
    this.#current = this.#open({
      connected: () => handlers.connected(),
      ready: (info) => handlers.ready(info),
      failed: (failure) => this.#failed(failure),
    });
    // Another voice had the call before this one.
    for (const { role, text } of options.request.history ?? []) {
      this.#history.note(role, text);
      if (role === 'ai') this.#current.noteSpoken(text);
      else if (role === 'callee') this.#current.noteHeard(text);
      else this.#current.addContext(text);
    }
  }

  hear(bytes: Uint8Array): void {
    this.#heardBytes += bytes.length;
    this.#current.hear(bytes);
  }

  render(text: string, signal: AbortSignal, onAudio?: (bytes: Uint8Array) => void): Promise<Rendered> {
    return this.#current.render(text, signal, onAudio);
  }

  noteSpoken(text: string): void {
    this.#history.note('ai', text);
    this.#current.noteSpoken(text);
  }

  addContext(text: string): void {
    this.#history.note('context', text);
    this.#current.addContext(text);
  }

  nudge(id: string, text: string): void {
    this.#history.begin('context', id);
    this.#history.setText(id, text);
    this.#history.settle(id);
    this.#current.nudge(id, text);
  }

  withdraw(id: string): void {
    this.#history.forget(id);
    this.#current.withdraw(id);
  }

  setAutoAnswer(on: boolean): void {
    this.#auto = on;
    this.#current.setAutoAnswer(on);
  }

  answer(instructions: string | null): void {
    this.#current.answer(instructions);
  }

  interrupt(utterance: UtteranceId | null, heardMs: number): void {
    const owner = utterance !== null && this.#left && this.#left.receivedMs(utterance) > 0 ? this.#left : this.#current;
    if (utterance !== null) {
      const receivedMs = owner.receivedMs(utterance);
      if (receivedMs > 0) this.#history.cut(utterance, heardMs / receivedMs);
    }
    this.#playedAtMs = 0;
    owner.interrupt(utterance, heardMs);
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    (this.#toolsOf.get(callId) ?? this.#current).toolResult(callId, result, thenAnswer);
    this.#toolsOf.delete(callId);
  }

  close(): void {
    if (this.#over) return;
    this.#closeAll();
  }

  /** @param moments what differs between the first session and its successors */
  #open(moments: Pick<EngineHandlers, 'connected' | 'ready' | 'failed'>): Link {
    const on = this.#on;
    const link: Link = new Link(this.#options, {
      ...moments,
      audio: (utterance, bytes) => {
        const nowMs = this.#options.clock.monotonicMs();
        this.#playedAtMs = Math.max(this.#playedAtMs, nowMs) + bytes.length / 8;
        this.#history.begin('ai', utterance);
        on.audio(utterance, bytes);
      },
      utteranceText: (utterance, text, final) => {
        this.#history.begin('ai', utterance);
        this.#history.setText(utterance, text);
        if (final) {
          this.#history.settle(utterance);
          const spoken = this.#history.textOf(utterance);
          if (link !== this.#current && spoken !== '') this.#current.noteSpoken(spoken);
        }
        on.utteranceText(utterance, text, final);
      },
      audioDone: (utterance) => on.audioDone(utterance),
      answering: (asked) => on.answering(asked),
      answered: (result) => on.answered(result),
      speechStarted: (turn, atMs) => {
        if (link === this.#current) on.speechStarted(turn, atMs + this.#offsetMs);
      },
      speechStopped: (turn, atMs) => {
        if (link === this.#current) on.speechStopped(turn, atMs + this.#offsetMs);
      },
      turnCommitted: (turn, after) => {
        this.#history.begin('callee', turn);
        on.turnCommitted(turn, after);
      },
      turnText: (turn, text, final) => {
        this.#history.setText(turn, text);
        if (final) {
          this.#history.settle(turn);
          if (link !== this.#current && text !== '') this.#current.noteHeard(text);
        }
        on.turnText(turn, text, final);
      },
      toolCalled: (call) => {
        this.#toolsOf.set(call.id, link);
        on.toolCalled(call);
      },
      nudged: (id) => on.nudged?.(id),
      usage: (lines) => on.usage(lines),
      expiresAt: (atMs) => {
        on.expiresAt(atMs);
        this.#planMove(link, atMs);
      },
      trouble: (detail) => on.trouble(detail),
    });
    return link;
  }

  #planMove(link: Link, expiresAtMs: number): void {
    const leftMs = expiresAtMs - this.#options.clock.nowMs();
    if (leftMs <= 0) return;
    this.#plans += 1;
    this.#timers.set(`open ${this.#plans}`, leftMs * openAtShare, () => {
      if (link === this.#current) this.#openNext();
    });
    this.#timers.set(`force ${this.#plans}`, leftMs * forceAtShare, () => {
      if (link === this.#current) this.#mustMove = true;
    });
  }

  #openNext(): void {
    if (this.#next) return;
    const next: Link = this.#open({
      connected: () => {},
      ready: () => {},
      failed: (failure) => {
        if (next === this.#current) return this.#failed(failure);
        if (next !== this.#next) return;
        this.#next = null;
        this.#on.trouble(`the session that was to follow failed: ${failure.cause}`);
        this.#timers.set('again', retryMs, () => this.#openNext());
      },
    });
    this.#next = next;
    this.#look();
  }

  /** Move as soon as nobody speaks, nothing is being made and what was made must have been played. */
  #look(): void {
    this.#timers.set('look', lookEveryMs, () => {
      const next = this.#next;
      if (!next) return;
      const isSilent = this.#options.clock.monotonicMs() >= this.#playedAtMs + silenceMs && !this.#current.calleeSpeaks;
      if (next.isReady && (this.#mustMove || (isSilent && !this.#current.isBusy))) this.#moveTo(next);
      else this.#look();
    });
  }

  #moveTo(next: Link): void {
    const left = this.#current;
    this.#left?.close();
    this.#left = left;
    this.#current = next;
    this.#next = null;
    this.#mustMove = false;
    this.#offsetMs = this.#heardBytes / 8;
    left.setAutoAnswer(false);
    const lines = this.#history.recent();
    if (lines.length > 0) next.addContext(takesOver);
    for (const { role, text, id } of lines) {
      if (role === 'ai') next.noteSpoken(text);
      else if (role === 'callee') next.noteHeard(text);
      else if (id !== null) next.nudge(id, text);
      else next.addContext(text);
    }
    next.setAutoAnswer(this.#auto);
    this.#options.log.info({ turns: lines.length }, 'the call moved to a new session of OpenAI');
    this.#drain(left, this.#options.clock.monotonicMs() + drainMs);
  }

  /** The rest of an answer and the words of a turn may still come from the session that was left. */
  #drain(left: Link, untilMs: number): void {
    this.#timers.set('drain', lookEveryMs, () => {
      if (left !== this.#left) return;
      if (left.isBusy && this.#options.clock.monotonicMs() < untilMs) return this.#drain(left, untilMs);
      this.#left = null;
      left.close();
    });
  }

  #failed(failure: EngineFailure): void {
    if (this.#over) return;
    this.#closeAll();
    this.#on.failed(failure);
  }

  #closeAll(): void {
    this.#over = true;
    this.#timers.end();
    for (const link of [this.#current, this.#next, this.#left]) link?.close();
  }
}
