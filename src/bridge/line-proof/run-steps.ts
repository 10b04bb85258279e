import type { Clock } from '#bridge/contract/clock.ts';
import type { ProofStep, ProofStepName } from '#bridge/contract/line.ts';
import type { BadFinding, Finding, PlannedStep } from '../domain/line-proof.ts';

/** After its limit, a step may still say what it was waiting for. */
const lastWordsMs = 100;

/** How a step is taken. It gets a signal that ends it; whatever it throws is a failure without a known cause. */
export type Attempt = (signal: AbortSignal) => Promise<Finding> | Finding;

export interface TakenStep {
  readonly step: ProofStep;
  /** It failed, and calls cannot work like this. */
  readonly blocks: boolean;
}

export interface RunParts {
  readonly clock: Clock;
  readonly onStep: (step: ProofStep) => void;
  /** What went wrong in a step that did not expect it. */
  readonly onError: (name: ProofStepName, error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Take all steps, each as soon as those that it needs have passed. @returns them in the order of the plan */
export async function runSteps(
  plan: readonly PlannedStep[],
  attempts: (name: ProofStepName) => Attempt,
  parts: RunParts,
): Promise<readonly TakenStep[]> {
  const { clock } = parts;
  const beganMs = clock.monotonicMs();
  const sinceMs = () => Math.max(0, Math.round(clock.monotonicMs() - beganMs));
  const running = new Map<ProofStepName, Promise<TakenStep>>();
  for (const planned of plan) {
    const needed = planned.after.flatMap((name) => running.get(name) ?? []);
    running.set(planned.name, take(planned, needed));
  }
  return Promise.all(running.values());

  async function take(planned: PlannedStep, needed: readonly Promise<TakenStep>[]): Promise<TakenStep> {
    const before = await Promise.all(needed);
    const startMs = sinceMs();
    const lacking = before.find(({ step }) => !step.ok);
    const taken = lacking
      ? waiting(planned, lacking.step, startMs)
      : reported(planned, await bounded(planned), startMs, sinceMs() - startMs);
    parts.onStep(taken.step);
    return taken;
  }

  async function bounded(planned: PlannedStep): Promise<Finding> {
    const aborter = new AbortController();
    const signal = AbortSignal.any([aborter.signal, parts.signal]);
    let cancel = () => {};
    const late = new Promise<Finding>((resolve) => {
      const silent = bad(
        `No answer within ${seconds(planned.limitMs)}.`,
        'Whoever should answer takes the question and stays silent.',
        'Check the network on the way, then prove again.',
        false,
      );
      cancel = clock.after(planned.limitMs, () => {
        // The step itself knows best what it was waiting for, and gets a moment to say so.
        aborter.abort();
        cancel = clock.after(lastWordsMs, () => resolve(silent));
      });
      parts.signal.addEventListener(
        'abort',
        () => resolve(bad('It was stopped.', 'Ringside is closing.', 'Prove again after the start.', false)),
        { once: true },
      );
    });
    try {
      return await Promise.race([Promise.resolve(attempts(planned.name)(signal)), late]);
    } catch (error) {
      parts.onError(planned.name, error);
      return bad(
        'It could not be tried.',
        error instanceof Error ? error.message : 'Something went wrong inside Ringside.',
        'Look into the log.',
        false,
      );
    } finally {
      cancel();
      aborter.abort();
    }
  }
}

/** A step that failed. */
export function bad(result: string, cause: string, cure: string, isCertain = true): BadFinding {
  return { kind: 'bad', result, cause, cure, isCertain };
}

export function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

function waiting({ name, title }: PlannedStep, lacking: ProofStep, startMs: number): TakenStep {
  return {
    step: { name, title, ok: false, skipped: true, ms: 0, startMs, result: `Not tried: it needs "${lacking.title}".` },
    blocks: false,
  };
}

function reported({ name, title }: PlannedStep, finding: Finding, startMs: number, ms: number): TakenStep {
  const shared = { name, title, startMs, ms, result: finding.result };
  if (finding.kind === 'good') return { step: { ...shared, ok: true, skipped: false }, blocks: false };
  if (finding.kind === 'needless' || finding.kind === 'unknown') return { step: { ...shared, ok: true, skipped: true }, blocks: false };
  const { cause, cure, action } = finding;
  return { step: { ...shared, ok: false, skipped: false, cause, cure, ...(action ? { action } : {}) }, blocks: finding.isCertain };
}
