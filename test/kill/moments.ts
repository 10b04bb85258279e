import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { CreateHooks } from './carrier-door.ts';

/** When a bridge is killed, as seen from outside. */
export const moments = [
  /** At any time. */
  'random',
  /** Before it has said that it is there: in the middle of mending and reconciling. */
  'starting',
  /** A request to dial has left and will never reach the carrier. */
  'create-lost',
  /** A request to dial has left, and reaches the carrier when the next bridge may already have asked about it. */
  'create-late',
  /** The carrier has placed the call, and its answer never arrives. */
  'create-placed',
  /** The answer is on its way. */
  'create-answered',
  'ringing',
  'answered',
  'live',
  'ending',
] as const;
export type Moment = (typeof moments)[number];

export interface Trap {
  readonly moment: Moment;
  /** From the event to the kill. */
  readonly delayMs: number;
  /** For `live`: how many frames of audio must have gone. */
  readonly frames: number;
  /** For `create-late`: how long the request is under way. */
  readonly lateMs: number;
}

const pollMs = 2;

/** Waits for a moment in the life of any call, and calls `spring` in it. */
export class MomentWatch {
  readonly #calls: () => readonly SimCall[];
  #trap: Trap | null = null;
  #spring: () => void = () => {};
  #armedAtMs = 0;
  #timers: NodeJS.Timeout[] = [];

  constructor(calls: () => readonly SimCall[]) {
    this.#calls = calls;
  }

  readonly hooks: CreateHooks = {
    received: () => {
      const { moment, lateMs } = this.#trap ?? {};
      if (moment === 'create-lost') this.#fire(true);
      else if (moment === 'create-late') {
        this.#fire(true);
        return { pass: true, delayMs: lateMs ?? 0 };
      }
      return { pass: moment !== 'create-lost', delayMs: 0 };
    },
    placed: () => {
      if (this.#trap?.moment === 'create-placed') this.#fire(true);
    },
    answered: () => {
      if (this.#trap?.moment === 'create-answered') this.#fire(false);
    },
  };

  /** @param withinMs when the moment does not come, any will do */
  arm(trap: Trap, withinMs: number, spring: () => void): void {
    this.#trap = trap;
    this.#spring = spring;
    this.#armedAtMs = Date.now();
    this.#timers.push(setTimeout(() => this.#fire(true), trap.moment === 'random' ? trap.delayMs : withinMs));
    this.#timers.push(setInterval(() => this.#look(trap), pollMs));
  }

  disarm(): void {
    this.#trap = null;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  #look(trap: Trap): void {
    const since = (atMs: number | null) => atMs !== null && atMs >= this.#armedAtMs;
    const isNow = (call: SimCall): boolean => {
      switch (trap.moment) {
        case 'ringing':
          return since(call.ringingAtMs);
        case 'answered':
          return since(call.answeredAtMs);
        case 'live':
          return call.endedAtMs === null && call.media.framesToBridge >= trap.frames && since(call.media.firstFrameToBridgeAtMs);
        case 'ending':
          return since(call.endedAtMs) && call.answeredAtMs !== null;
        default:
          return false;
      }
    };
    if (this.#calls().some(isNow)) this.#fire(false);
  }

  #fire(now: boolean): void {
    const trap = this.#trap;
    if (!trap) return;
    const spring = this.#spring;
    this.disarm();
    if (now || trap.delayMs === 0) spring();
    else setTimeout(spring, trap.delayMs);
  }
}
