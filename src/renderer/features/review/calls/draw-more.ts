/**
 * Which rows are drawn now: those that were, and some more. The rest get their places only, and their turn on the next frames.
 *
 * @param before rows that are drawn @param wanted rows on screen
 */
export function drawMore(before: ReadonlySet<number>, wanted: readonly number[], most: number): ReadonlySet<number> {
  let left = most;
  return new Set(wanted.filter((index) => before.has(index) || left-- > 0));
}
