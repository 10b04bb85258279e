/** A day on this machine's clock, epoch milliseconds. It may have 23 or 25 hours. */
export interface Day {
  readonly fromMs: number;
  /** The first moment that is not in it. */
  readonly untilMs: number;
}

/** The day in which this moment lies. */
export function dayOf(nowMs: number): Day {
  return { fromMs: new Date(nowMs).setHours(0, 0, 0, 0), untilMs: new Date(nowMs).setHours(24, 0, 0, 0) };
}
