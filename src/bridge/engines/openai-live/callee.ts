import type { Clock } from '#bridge/contract/clock.ts';
import type { EngineHandlers } from '../engine.ts';
import { Timers } from '../timers.ts';
import { Fragments } from './fragments.ts';

/** After the last word of a turn that is over. */
const settleMs = 900;
/** A turn may have no words at all: a cough. */
const wordlessMs = 2_000;
/** The service's idea of when a word began and ours of when the voice began differ by this much. */
const slackMs = 600;

interface Turn {
  readonly id: string;
  readonly startMs: number;
  readonly words: Fragments;
  open: boolean;
  final: boolean;
}

/** Turns of the callee: their sound by our own ear, their words in fragments by the service, which knows no turns. */
export class Callee {
  readonly #on: Pick<EngineHandlers, 'speechStarted' | 'speechStopped' | 'turnCommitted' | 'turnText'>;
  readonly #timers: Timers;
  readonly #turns: Turn[] = [];
  #count = 0;
  /** The utterance or turn that came last. */
  #after: string | null = null;

  constructor(clock: Clock, on: Pick<EngineHandlers, 'speechStarted' | 'speechStopped' | 'turnCommitted' | 'turnText'>) {
    this.#on = on;
    this.#timers = new Timers(clock);
  }

  get speaks(): boolean {
    return this.#turns.at(-1)?.open ?? false;
  }

  /** @param atMs place in all callee audio of the session; the service counts the same audio */
  started(atMs: number): void {
    for (const turn of this.#turns) this.#settle(turn);
    const turn = this.#add(atMs, true);
    this.#on.speechStarted(turn.id, atMs);
  }

  stopped(atMs: number): void {
    const turn = this.#turns.at(-1);
    if (!turn?.open) return;
    turn.open = false;
    this.#on.speechStopped(turn.id, atMs);
    this.#commit(turn);
    this.#timers.set(turn.id, turn.words.text === '' ? wordlessMs : settleMs, () => this.#settle(turn));
  }

  /** Words of the callee. @param startMs on the service's clock */
  words(delta: string, startMs: number): void {
    const turn = this.#turns.findLast((candidate) => candidate.startMs - slackMs <= startMs) ?? this.#turns[0] ?? this.#unnoticed(startMs);
    turn.words.add(delta, startMs);
    this.#on.turnText(turn.id, turn.words.text, turn.final);
    if (!turn.open && !turn.final) this.#timers.set(turn.id, settleMs, () => this.#settle(turn));
  }

  spoke(utterance: string): void {
    this.#after = utterance;
  }

  end(): void {
    this.#timers.end();
  }

  /** Words of somebody whose voice was too low for our ear. */
  #unnoticed(startMs: number): Turn {
    const turn = this.#add(startMs, false);
    this.#on.speechStarted(turn.id, startMs);
    this.#on.speechStopped(turn.id, startMs);
    this.#commit(turn);
    return turn;
  }

  #add(startMs: number, open: boolean): Turn {
    this.#count += 1;
    const turn = { id: `turn-${this.#count}`, startMs, words: new Fragments(), open, final: false };
    this.#turns.push(turn);
    if (this.#turns.length > 10) this.#turns.shift();
    return turn;
  }

  #commit(turn: Turn): void {
    this.#on.turnCommitted(turn.id, this.#after);
    this.#after = turn.id;
  }

  #settle(turn: Turn): void {
    this.#timers.clear(turn.id);
    if (turn.final || turn.open) return;
    turn.final = true;
    this.#on.turnText(turn.id, turn.words.text, true);
  }
}
