import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { OperationOutput } from '#bridge/contract/operations.ts';
import { dayOf } from '../domain/day.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

/** What can be rehearsed without a list of one's own. */
export interface ConsoleRehearsal {
  /** Starts the bundled sample: one campaign over each carrier. @throws {BridgeError} `state/conflict` while it runs */
  startSample(): Promise<readonly Campaign[]>;
  people(): OperationOutput<'rehearsal.people'>;
}

type Names = 'overview.today' | 'data.usage' | 'rehearsal.startSample' | 'rehearsal.people';

/** The day, the data folder, and the rehearsal. */
export function overviewHandlers({ calls, campaigns, store, rehearsal, setup, settings, clock }: HandlerDeps): Pick<Handlers, Names> {
  return {
    'overview.today': async ({ world }) => ({
      ...(await calls.figures(world, dayOf(clock.nowMs()).fromMs)),
      budgetMicros: budgetOf(campaigns.list(world)),
      dayBudgetMicros: world === 'real' ? settings.get().spending.dayBudgetMicros : null,
    }),
    'data.usage': async () => {
      const { recordings, ...usage } = await store.figures.usage();
      return { ...usage, dataDir: setup.status().dataDir, recordings: recordings.files, recordingsBytes: recordings.bytes };
    },

    'rehearsal.startSample': async () => ({ campaigns: [...(await rehearsal.startSample())] }),
    'rehearsal.people': () => rehearsal.people(),
  };
}

/** Of all that run; null when none does, or one of them has no budget. */
function budgetOf(campaigns: readonly Campaign[]): number | null {
  const running = campaigns.filter(({ state }) => state === 'running');
  if (running.length === 0) return null;
  let sum = 0;
  for (const { budgetMicros } of running) {
    if (budgetMicros === undefined) return null;
    sum += budgetMicros;
  }
  return sum;
}
