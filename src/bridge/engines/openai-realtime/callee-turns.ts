import type { Clock } from '#bridge/contract/clock.ts';
import type { EngineHandlers } from '../engine.ts';
import { transcriptionCost } from './prices.ts';
import { transcriptionModel } from './session-config.ts';
import type { TranscriptionUsage } from './wire.ts';

/** A transcript that has not come by then never comes; the callee's turn is then settled without words. */
export const settleMs = 30_000;
/** Turns that are remembered at the same time; a telephone call has a handful that wait for their words. */
const remembered = 200;

interface Turn {
  text: string;
  startMs: number | null;
  lengthMs: number;
  cancelLimit: (() => void) | null;
  settled: boolean;
}

/** Who is told of the turns. */
export type TurnHandlers = Pick<EngineHandlers, 'turnCommitted' | 'turnText' | 'usage' | 'trouble'>;

/** The callee's turns: how long each was, and what is known of its words. Each is settled once. */
export class CalleeTurns {
  readonly #clock: Clock;
  readonly #on: TurnHandlers;
  readonly #turns = new Map<string, Turn>();
  #unbilledMs = 0;

  constructor(clock: Clock, on: TurnHandlers) {
    this.#clock = clock;
    this.#on = on;
  }

  #of(id: string): Turn {
    const known = this.#turns.get(id);
    if (known) return known;
    const turn: Turn = { text: '', startMs: null, lengthMs: 0, cancelLimit: null, settled: false };
    this.#turns.set(id, turn);
    const [oldest] = this.#turns;
    if (this.#turns.size > remembered && oldest) {
      oldest[1].cancelLimit?.();
      this.#turns.delete(oldest[0]);
    }
    return turn;
  }

  started(id: string, atMs: number): void {
    this.#of(id).startMs = atMs;
  }

  stopped(id: string, atMs: number): void {
    const turn = this.#of(id);
    turn.lengthMs = Math.max(0, atMs - (turn.startMs ?? atMs));
    this.#unbilledMs += turn.lengthMs;
  }

  committed(id: string, after: string | null): void {
    const turn = this.#of(id);
    if (!turn.settled && !turn.cancelLimit) turn.cancelLimit = this.#clock.after(settleMs, () => this.wordsFailed(id));
    this.#on.turnCommitted(id, after);
  }

  wordsCome(id: string, delta: string): void {
    const turn = this.#of(id);
    if (turn.settled) return;
    turn.text += delta;
    this.#on.turnText(id, turn.text, false);
  }

  wordsCame(id: string, text: string, usage: TranscriptionUsage | null): void {
    const turn = this.#of(id);
    if (!this.#settle(turn)) {
      this.#on.trouble('the words of a turn came after it was given up, or twice');
      return;
    }
    this.#on.usage([transcriptionCost(transcriptionModel, usage, turn.lengthMs)]);
    this.#on.turnText(id, text, true);
  }

  wordsFailed(id: string): void {
    if (this.#settle(this.#of(id))) this.#on.turnText(id, '', true);
  }

  /** @returns false when it was settled before */
  #settle(turn: Turn): boolean {
    if (turn.settled) return false;
    turn.settled = true;
    turn.cancelLimit?.();
    turn.cancelLimit = null;
    return true;
  }

  /** Turns that were committed and still wait for their words. */
  get waiting(): readonly string[] {
    return [...this.#turns].filter(([, turn]) => turn.cancelLimit !== null).map(([id]) => id);
  }

  /** Speech that no response has paid for yet. */
  takeUnbilledMs(): number {
    const unbilledMs = this.#unbilledMs;
    this.#unbilledMs = 0;
    return unbilledMs;
  }

  end(): void {
    for (const turn of this.#turns.values()) turn.cancelLimit?.();
    this.#turns.clear();
  }
}
