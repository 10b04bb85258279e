import type { Calls } from '#bridge/calls/calls.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import type { Agent, AgentChange } from '#bridge/contract/agents.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Store } from '#bridge/store/store.ts';
import { checkVariables } from './agent-texts.ts';
import { found } from './answers.ts';
import { callHandlers } from './call-handlers.ts';
import { campaignHandlers } from './campaign-handlers.ts';
import { type ConsoleDiagnosis, diagnosisHandlers } from './diagnosis-handlers.ts';
import type { Handlers } from './dispatch.ts';
import { insightsHandlers } from './insights-handlers.ts';
import { type ConsoleLine, lineHandlers } from './line-handlers.ts';
import { type ConsoleRehearsal, overviewHandlers } from './overview-handlers.ts';
import type { RecordingTickets } from './recording-tickets.ts';
import type { ConsoleSetup } from './setup.ts';
import { type ConsoleSettingsKeeper, setupHandlers } from './setup-handlers.ts';
import { transferHandlers } from './transfer-handlers.ts';

export interface HandlerDeps {
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly store: Store;
  readonly rehearsal: ConsoleRehearsal;
  readonly setup: ConsoleSetup;
  readonly line: ConsoleLine;
  readonly diagnosis: ConsoleDiagnosis;
  readonly settings: ConsoleSettingsKeeper;
  readonly tickets: RecordingTickets;
  readonly clock: Clock;
}

/** What each operation does: who to ask, and in which words. The rules are with those who are asked. */
export function createHandlers(deps: HandlerDeps): Handlers {
  const { store } = deps;
  return {
    'agents.create': (draft) => {
      checkVariables(draft);
      return store.agents.create(draft);
    },
    'agents.update': ({ id, ...change }) => {
      checkVariables(change);
      return store.agents.update(id, given(change));
    },
    'agents.list': () => store.agents.list() as Agent[],
    'agents.versions': ({ id }) => {
      found(store.agents.get(id), 'agent');
      return [...store.agents.versions(id)];
    },
    'agents.get': ({ id, version }) => found(store.agents.get(id, version), 'agent'),

    ...campaignHandlers(deps),
    ...callHandlers(deps),
    ...transferHandlers(deps),
    ...overviewHandlers(deps),
    ...insightsHandlers(deps),
    ...setupHandlers(deps),
    ...lineHandlers(deps),
    ...diagnosisHandlers(deps),
  };
}

/** What was named; a field without a value is as good as not named. */
function given(change: AgentChange): AgentChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
