/** A place in the picture: 0 to 1 from left to right, and from nothing to the top. */
export type Point = readonly [at: number, cost: number];

export interface SpendingLine {
  readonly fromMs: number;
  readonly spent: readonly Point[];
  readonly forecast: readonly [Point, Point] | null;
  /** Where the cap lies; null when there is none. */
  readonly cap: number | null;
  readonly endsNearMicros: number | null;
}

/**
 * The picture of what was spent and where it leads: what is left costs per lead what was spent so far, and takes as long.
 *
 * @param points cumulative, in order @param options `leftShare`: leads that are left for each that is done @returns null without two points
 */
export function spendingLine(
  points: readonly { readonly at: string; readonly costMicros: number }[],
  { budgetMicros, leftShare }: { readonly budgetMicros: number | null; readonly leftShare: number },
): SpendingLine | null {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return null;
  const fromMs = Date.parse(first.at);
  const spanMs = Math.max(1, Date.parse(last.at) - fromMs);
  const endMs = spanMs * (1 + leftShare);
  const endsNear = last.costMicros * (1 + leftShare);
  const endsNearMicros = leftShare === 0 ? null : Math.round(budgetMicros === null ? endsNear : Math.min(endsNear, budgetMicros));
  const top = Math.max(budgetMicros ?? 0, endsNear, 1);
  const place = (ms: number, micros: number): Point => [ms / endMs, micros / top];
  return {
    fromMs,
    spent: points.map(({ at, costMicros }) => place(Date.parse(at) - fromMs, costMicros)),
    forecast: endsNearMicros === null ? null : [place(spanMs, last.costMicros), place(endMs, endsNearMicros)],
    cap: budgetMicros === null ? null : budgetMicros / top,
    endsNearMicros,
  };
}
