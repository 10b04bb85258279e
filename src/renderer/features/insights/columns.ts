import type { Insights } from '#bridge/contract/insights.ts';
import { addDays, midnight } from '../../ui/days.ts';

type Day = Insights['days'][number];

/** What an upright bar stands for: one day, or a week of them, both ends included. */
export interface Stretch extends Omit<Day, 'day'> {
  readonly since: string;
  readonly until: string;
}

/** More bars than this are too thin to point at; then each is a week. */
const barsMax = 62;

/** Days as bars: by week, from Monday, when there are too many. */
export function stretches(days: readonly Day[]): readonly Stretch[] {
  const each = days.map(({ day, ...figures }) => ({ ...figures, since: day, until: day }));
  if (each.length <= barsMax) return each;
  const weeks = new Map<string, Stretch>();
  for (const stretch of each) {
    const monday = addDays(stretch.since, -((midnight(stretch.since).getDay() + 6) % 7));
    const before = weeks.get(monday);
    weeks.set(monday, before ? joined(before, stretch) : stretch);
  }
  return [...weeks.values()];
}

function joined(a: Stretch, b: Stretch): Stretch {
  return {
    since: a.since,
    until: b.until,
    dialled: a.dialled + b.dialled,
    answered: a.answered + b.answered,
    people: a.people + b.people,
    won: a.won + b.won,
    optOuts: a.optOuts + b.optOuts,
    costMicros: a.costMicros + b.costMicros,
  };
}

/** One bar from its foot up: won, people that were not won, and where nobody was reached. Together what was dialled. */
export function layers({ dialled, people, won }: Pick<Stretch, 'dialled' | 'people' | 'won'>): {
  readonly won: number;
  readonly people: number;
  readonly rest: number;
} {
  // A call may be won though nobody noted that a person picked up.
  const spoken = Math.max(people, won);
  return { won, people: spoken - won, rest: Math.max(0, dialled - spoken) };
}

/** Round values from 0 to above the highest, at most five of them. @returns at least 0 and 1 step */
export function axisTicks(highest: number): readonly number[] {
  const least = Math.max(1, highest) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least) ?? 10 * power);
  return Array.from({ length: Math.max(1, Math.ceil(highest / step)) + 1 }, (_, at) => at * step);
}

/** The same for shares, in whole steps of percent up to all. @param highest 0 to 1 */
export function shareTicks(highest: number): readonly number[] {
  const step = [0.05, 0.1, 0.2, 0.25].find((size) => highest <= size * 4) ?? 0.25;
  return Array.from({ length: Math.max(1, Math.ceil(Math.min(1, highest) / step - 1e-9)) + 1 }, (_, at) => at * step);
}

/** Every how many bars one is named below the axis, so that names have room. @param fits how many names do */
export function nameEvery(bars: number, fits: number): number {
  return Math.max(1, Math.ceil(bars / fits));
}
