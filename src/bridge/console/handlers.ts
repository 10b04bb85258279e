import type { Calls } from '#bridge/calls/calls.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import type { Agent, AgentChange } from '#bridge/contract/agents.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { suppressionId } from '#bridge/contract/ids.ts';
import type { SearchQuery, Store } from '#bridge/store/store.ts';
import { checkVariables } from './agent-texts.ts';
import type { Handlers } from './dispatch.ts';
import { exportCall } from './exports/call-export.ts';
import type { RecordingTickets } from './recording-tickets.ts';
import type { ConsoleSetup } from './setup.ts';
import { type ConsoleSettingsKeeper, setupHandlers } from './setup-handlers.ts';
import { unavailableHandlers } from './unavailable.ts';

export interface HandlerDeps {
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly store: Store;
  readonly setup: ConsoleSetup;
  readonly settings: ConsoleSettingsKeeper;
  readonly tickets: RecordingTickets;
  readonly clock: Clock;
}

const done = { ok: true } as const;

/** What each operation does: who to ask, and in which words. The rules are with those who are asked. */
export function createHandlers(deps: HandlerDeps): Handlers {
  const { calls, campaigns, store, clock } = deps;
  return {
    ...unavailableHandlers,

    'agents.create': (draft) => {
      checkVariables(draft);
      return store.agents.create(draft);
    },
    'agents.update': ({ id, ...change }) => {
      checkVariables(change);
      return store.agents.update(id, given(change));
    },
    'agents.list': () => store.agents.list() as Agent[],
    'agents.get': ({ id, version }) => found(store.agents.get(id, version), 'agent'),

    'campaigns.create': (draft) => campaigns.create(draft),
    'campaigns.update': (change) => campaigns.update(change),
    'campaigns.get': ({ id }) => campaigns.get(id),
    'campaigns.list': ({ world }) => campaigns.list(world),
    'campaigns.preview': ({ id }) => campaigns.preview(id),
    'campaigns.start': ({ id }) => campaigns.start(id),
    'campaigns.pause': ({ id, reason }) => campaigns.pause(id, reason ?? null),
    'campaigns.resume': ({ id }) => campaigns.resume(id),
    'campaigns.stop': ({ id }) => campaigns.stop(id),
    'campaigns.health': ({ id }) => campaigns.health(id),
    'campaigns.export': ({ id, format }) => campaigns.export(id, format),

    'leads.import': (input) => campaigns.importLeads(input),
    'leads.list': (query) => campaigns.leads(query),

    'suppressions.add': ({ numbers, world, reason, source }) => store.suppressions.add(numbers, world, reason, source ?? null),
    'suppressions.list': ({ world, cursor, limit }) => {
      const after = cursor === undefined ? undefined : suppressionId.safeParse(cursor);
      if (after && !after.success) {
        throw new BridgeError('input/invalid', 'cursor: is not one of ours.', {
          details: [{ field: 'cursor', message: 'is not one of ours' }],
        });
      }
      return store.suppressions.list({ limit, ...(world ? { world } : {}), ...(after ? { after: after.data } : {}) });
    },
    'suppressions.remove': ({ id, reason }) => {
      found(store.suppressions.remove(id, reason) || null, 'suppression');
      return done;
    },
    'suppressions.import': (input) => campaigns.importSuppressions(input),

    'calls.dial': (input) => calls.dial(input),
    'calls.list': (query) => calls.list(query),
    'calls.get': ({ id }) => calls.get(id),
    'calls.hangUp': ({ id }) => calls.hangUp(id),
    'calls.mark': ({ id, note }) => calls.mark(id, note ?? null),
    'calls.sendDigits': async ({ id, digits }) => {
      await calls.sendDigits(id, digits);
      return done;
    },
    'calls.setDisposition': ({ id, disposition, note }) => calls.setDisposition(id, disposition, note ?? null),
    'calls.export': (input) => exportCall(input, { calls, store, clock }),

    'search.transcripts': ({ query, filters = {}, order, cursor, limit }) => {
      const { campaignId, world, disposition, since, until } = filters;
      const asked: SearchQuery = {
        query,
        order,
        limit,
        ...(campaignId ? { campaignId } : {}),
        ...(world ? { world } : {}),
        ...(disposition ? { disposition } : {}),
        ...(since ? { sinceMs: Date.parse(since) } : {}),
        ...(until ? { untilMs: Date.parse(until) } : {}),
        ...(cursor ? { after: cursor } : {}),
      };
      return store.search.transcripts(asked);
    },

    ...setupHandlers(deps),
  };
}

function found<Thing>(thing: Thing | null, what: string): Thing {
  if (thing === null) throw new BridgeError('not-found', `There is no such ${what}.`);
  return thing;
}

/** What was named; a field without a value is as good as not named. */
function given(change: AgentChange): AgentChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
