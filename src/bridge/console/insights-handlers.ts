import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

/**
 * What came of many calls.
 *
 * @param zone whose days they are: IANA name, or `system` for the clock of this machine
 */
export function insightsHandlers(
  { campaigns, store }: Pick<HandlerDeps, 'campaigns' | 'store'>,
  zone = 'system',
): Pick<Handlers, 'insights.get'> {
  return {
    'insights.get': ({ world, campaignId, since, until }) =>
      store.figures.insights({
        world,
        ...(campaignId === undefined ? {} : { campaignId: campaigns.get(campaignId).id }),
        sinceMs: Date.parse(since),
        untilMs: Date.parse(until),
        zone,
      }),
  };
}
