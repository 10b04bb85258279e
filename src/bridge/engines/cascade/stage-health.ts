import type { Clock } from '#bridge/contract/clock.ts';
import type { StageProblem } from './problems.ts';

/** After this time one call may try again although nobody has told us that the cause was mended. */
const fatalHoldMs = 5 * 60_000;
/** So long another provider goes first; each failure in a row doubles it. */
const firstHoldMs = 5_000;
const longestHoldMs = 60_000;

interface Trouble {
  readonly problem: StageProblem;
  readonly untilMs: number;
  readonly failures: number;
}

/** Which providers work, as all calls of one engine meet them: a call does not pay for what its neighbour has found out. */
export class StageHealth {
  readonly #clock: Clock;
  readonly #troubles = new Map<string, Trouble>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  worked(name: string): void {
    this.#troubles.delete(name);
  }

  failed(name: string, problem: StageProblem): void {
    const failures = (this.#troubles.get(name)?.failures ?? 0) + 1;
    const holdMs = problem.kind === 'fatal' ? fatalHoldMs : Math.min(longestHoldMs, firstHoldMs * 2 ** (failures - 1));
    this.#troubles.set(name, { problem, failures, untilMs: this.#clock.monotonicMs() + holdMs });
  }

  /** Why this provider should not be tried by anybody; null when it may be. */
  fatalProblem(name: string): StageProblem | null {
    const trouble = this.#troubles.get(name);
    return trouble?.problem.kind === 'fatal' && trouble.untilMs > this.#clock.monotonicMs() ? trouble.problem : null;
  }

  /** Whom to try, in this order: as configured, but those in trouble last. Those with a fatal one are not tried at all. */
  order<Stage extends { readonly name: string }>(stages: readonly Stage[]): readonly Stage[] {
    const nowMs = this.#clock.monotonicMs();
    const usable = stages.filter(({ name }) => this.fatalProblem(name) === null);
    const inTrouble = (stage: Stage) => (this.#troubles.get(stage.name)?.untilMs ?? 0) > nowMs;
    return [...usable.filter((stage) => !inTrouble(stage)), ...usable.filter(inTrouble)];
  }
}
