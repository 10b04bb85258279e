import type { World } from '#bridge/contract/words.ts';
import { dayOf } from '#bridge/domain/day.ts';
import type { DayMoney } from '#bridge/domain/gate.ts';
import type { Store } from '../../store/store.ts';

/** What the day of this moment may still cost. Null in rehearsal, which spends nothing, and without a budget. @param budgetMicros of each day */
export function dayMoney(store: Pick<Store, 'attempts'>, world: World, budgetMicros: number | null, nowMs: number): DayMoney | null {
  if (world === 'rehearsal' || budgetMicros === null) return null;
  const { fromMs, untilMs } = dayOf(nowMs);
  return { budgetMicros, ...store.attempts.spending(world, fromMs), endsAtMs: untilMs };
}
