import { eraseNumber } from '#bridge/calls/record/erase-number.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { suppressionId } from '#bridge/contract/ids.ts';
import { suppressionReason } from '#bridge/contract/leads.ts';
import type { OperationName } from '#bridge/contract/operations.ts';
import { done, found } from './answers.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

type Names = Extract<OperationName, `campaigns.${string}` | `leads.${string}` | `suppressions.${string}`>;

/** Campaigns, whom they call, and whom nobody calls. */
export function campaignHandlers({ campaigns, store, line }: HandlerDeps): Pick<Handlers, Names> {
  return {
    'campaigns.create': (draft) => campaigns.create(draft),
    'campaigns.update': (change) => campaigns.update(change),
    'campaigns.get': ({ id }) => campaigns.get(id),
    'campaigns.list': ({ world }) => campaigns.list(world),
    'campaigns.preview': ({ id }) => campaigns.preview(id),
    'campaigns.start': async ({ id, anyway }) => {
      const { carrier, fromNumbers, world, state } = campaigns.get(id);
      if (world === 'real' && !anyway && (state === 'draft' || state === 'completed'))
        await line.refuseBroken(carrier, fromNumbers[0] ?? null);
      return campaigns.start(id);
    },
    'campaigns.pause': ({ id, reason }) => campaigns.pause(id, reason ?? null),
    'campaigns.resume': ({ id }) => campaigns.resume(id),
    'campaigns.stop': ({ id }) => campaigns.stop(id),
    'campaigns.health': ({ id }) => campaigns.health(id),
    'campaigns.duplicate': ({ id, name }) => campaigns.duplicate(id, name ?? null),
    'campaigns.remove': async ({ id }) => {
      await campaigns.remove(id);
      return done;
    },
    'campaigns.check': async ({ id }) => [...(await campaigns.check(id))],
    'campaigns.spending': async ({ id }) => [...(await store.figures.spending(campaigns.get(id).id))],
    'campaigns.export': ({ id, format }) => campaigns.export(id, format),

    'leads.import': (input) => campaigns.importLeads(input),
    'leads.erase': ({ number, dryRun }) => eraseNumber(store, number, dryRun),
    'leads.list': async (query) => [...(await campaigns.leads(query))],

    'suppressions.add': ({ numbers, world, reason, source }) => {
      const known = suppressionReason.safeParse(reason);
      if (known.success) return store.suppressions.add(numbers, world, known.data, source ?? null);
      return store.suppressions.add(numbers, world, 'manual', source === undefined ? reason : `${reason}; ${source}`);
    },
    'suppressions.list': async ({ world, search, cursor, limit }) => {
      const after = cursor === undefined ? undefined : suppressionId.safeParse(cursor);
      if (after && !after.success) {
        throw new BridgeError('input/invalid', 'cursor: is not one of ours.', {
          details: [{ field: 'cursor', message: 'is not one of ours' }],
        });
      }
      const query = { limit, ...(world ? { world } : {}), ...(after ? { after: after.data } : {}) };
      return [...(search ? await store.search.suppressions({ ...query, search }) : store.suppressions.list(query))];
    },
    'suppressions.remove': ({ id, reason }) => {
      found(store.suppressions.remove(id, reason) || null, 'suppression');
      return done;
    },
    'suppressions.import': (input) => campaigns.importSuppressions(input),
  };
}
