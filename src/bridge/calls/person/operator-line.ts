import type { Clock } from '#bridge/contract/clock.ts';
import type { Microphone, Session } from '../calls.ts';
import { Timers } from '../timers.ts';
import { OperatorMicrophone } from './operator-microphone.ts';
import type { PersonLane } from './person-lane.ts';

/** An operator whose console shows no sign of life for so long has no line any more. */
const stalledMs = 2_000;
/** One who has not opened a microphone by then does not speak. */
const silentMs = 10_000;
const lookEveryMs = 250;

export interface OperatorLineParts {
  readonly clock: Clock;
  readonly session: Session;
  /** Neither sound nor a word that all is well: the line to the operator is dead, whatever the socket says. */
  broken(reason: string): void;
}

/** The way between the operator who has a call and the bridge: their microphone, and the signs that they are still there. */
export class OperatorLine {
  readonly #parts: OperatorLineParts;
  readonly #timers: Timers<'look'>;
  #microphone: OperatorMicrophone | null = null;
  #hadMicrophone = false;
  #signAtMs: number;

  constructor(parts: OperatorLineParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#signAtMs = parts.clock.monotonicMs();
  }

  /** From now on the signs are looked for. */
  watch(): void {
    this.#look();
  }

  /** Opens their microphone; the one before it ends. @param ended nothing more of it is wanted */
  microphone(lane: PersonLane, ended: () => void): Microphone {
    const { clock } = this.#parts;
    this.#microphone?.close();
    const sign = () => {
      this.#signAtMs = clock.monotonicMs();
    };
    sign();
    this.#hadMicrophone = true;
    this.#microphone = new OperatorMicrophone({ clock, lane, sign, ended });
    return this.#microphone;
  }

  close(): void {
    this.#timers.clear();
    this.#microphone?.close();
  }

  #look(): void {
    this.#timers.start('look', lookEveryMs, () => {
      const { clock, session, broken } = this.#parts;
      const sinceMs = clock.monotonicMs() - this.#signAtMs;
      if (sinceMs < (this.#hadMicrophone ? stalledMs : silentMs)) return this.#look();
      broken(this.#hadMicrophone ? `${session.name}'s line broke off` : `${session.name} had no microphone`);
    });
  }
}
