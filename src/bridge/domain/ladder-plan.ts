import type { LadderStep } from '#bridge/contract/words.ts';

/** Whoever can have the next word on a call: an engine's rung, or a person whose phone is rung. */
export type Step = LadderStep;

/** How a step reaches the ear: our media stream, the carrier's text relay, a document by document, or a second leg. */
export type Medium = 'stream' | 'relay' | 'document' | 'dial';

interface Traits {
  readonly medium: Medium;
  /** From the moment it is needed until it may speak. What has a round trip of its own to the carrier gets the time for it. */
  readonly readyMs: number;
  /** So long without a sound where speech is due: the step is taken for dead. */
  readonly silenceMs: number;
  /** Order of magnitude for a choice by price; the ledger has the true figures. */
  readonly perMinuteMicros: number;
}

export const stepTraits: Readonly<Record<Step, Traits>> = {
  realtime: { medium: 'stream', readyMs: 1_800, silenceMs: 4_500, perMinuteMicros: 120_000 },
  live: { medium: 'stream', readyMs: 1_800, silenceMs: 4_500, perMinuteMicros: 60_000 },
  cascade: { medium: 'stream', readyMs: 1_800, silenceMs: 4_500, perMinuteMicros: 35_000 },
  relay: { medium: 'relay', readyMs: 5_000, silenceMs: 7_000, perMinuteMicros: 75_000 },
  'turn-based': { medium: 'document', readyMs: 5_000, silenceMs: 10_000, perMinuteMicros: 20_000 },
  human: { medium: 'dial', readyMs: 40_000, silenceMs: 60_000, perMinuteMicros: 14_000 },
  announcement: { medium: 'document', readyMs: 8_000, silenceMs: 20_000, perMinuteMicros: 0 },
};

/** What was chosen for a call before it was placed. */
export interface LadderPlan {
  /** From the best to the last resort; each at most once. */
  readonly order: readonly Step[];
  /** What engines may cost on this call before it goes on with a cheaper one, in micro-dollars. */
  readonly budgetMicros: number | null;
}

/**
 * The steps of a call. A person is rung when nothing is left that can hold a conversation; the announcement stays behind them as the net.
 * @param steps in the order in which the campaign wants them
 */
export function planOf(steps: readonly Step[], budgetMicros: number | null): LadderPlan {
  const last: readonly Step[] = ['human', 'announcement'];
  const chosen = new Set(steps);
  return { order: [...chosen].filter((step) => !last.includes(step)).concat(last.filter((step) => chosen.has(step))), budgetMicros };
}

/** How often a step may break on one call before it is not tried again there. */
export const chances = 2;

export interface Choice {
  readonly plan: LadderPlan;
  readonly usable: readonly Step[];
  readonly broken: Readonly<Partial<Record<Step, number>>>;
  /** Money is short: only what costs less than this. */
  readonly belowMicros: number | null;
  /** A person talks through our stream: nothing may take it from under them. */
  readonly onlyStream: boolean;
}

function allows(choice: Choice, step: Step): boolean {
  const traits = stepTraits[step];
  return (
    choice.usable.includes(step) &&
    (choice.broken[step] ?? 0) < chances &&
    (choice.belowMicros === null || traits.perMinuteMicros < choice.belowMicros) &&
    (!choice.onlyStream || traits.medium === 'stream')
  );
}

/** The best step at all. */
export function bestStep(choice: Choice): Step | null {
  return choice.plan.order.find((step) => allows(choice, step)) ?? null;
}

/** The best step that stands below another one. */
export function stepBelow(choice: Choice, from: Step): Step | null {
  const at = choice.plan.order.indexOf(from);
  return choice.plan.order.find((step, index) => index > at && allows(choice, step)) ?? null;
}

/** Nobody who converses stands below it: the carrier's announcement, or the end. */
export function isLastToConverse(choice: Choice, step: Step): boolean {
  const below = stepBelow(choice, step);
  return below === null || below === 'announcement';
}

/** The best step that stands above another one; nobody climbs to a telephone that has to ring first. */
export function stepAbove(choice: Choice, from: Step): Step | null {
  const at = choice.plan.order.indexOf(from);
  return choice.plan.order.find((step, index) => index < at && step !== 'human' && allows(choice, step)) ?? null;
}
