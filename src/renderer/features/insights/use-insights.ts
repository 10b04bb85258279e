import { useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { Insights } from '#bridge/contract/insights.ts';
import type { World } from '#bridge/contract/words.ts';
import type { OperationError } from '../../client/client.ts';
import { useClient, useNow, useOperation } from '../../client/hooks.ts';
import { isoDay } from '../../ui/days.ts';
import { type Asked, askedAddress, insightsQuery, periodOf, readAsked, type Whose } from './insights-address.ts';

/** Adding up a year is work for the bridge: while calls end, it is asked for at most so often. */
const againMs = 5_000;

export interface InsightsShown {
  readonly asked: Asked;
  readonly whose: Whose;
  /** This day, as `2026-11-21`. */
  readonly today: string;
  /** Campaigns of the world that is shown; null until they are read. */
  readonly campaigns: readonly Campaign[] | null;
  readonly data: Insights | null;
  /** What is shown was asked for before, or cannot be read anew. */
  readonly isStale: boolean;
  readonly error: OperationError | null;
  readonly change: (asked: Asked) => void;
  readonly retry: () => void;
}

/** The figures that the address asks for; they follow the calls as they end. */
export function useInsights(): InsightsShown {
  const search = useSearch();
  const [, go] = useLocation();
  const today = isoDay(new Date(useNow(60_000)));
  const address = askedAddress(readAsked(search));
  const asked = useMemo(() => readAsked(address), [address]);
  const setup = useOperation('setup.status', {});
  const listed = useOperation('campaigns.list', {});
  const named = listed.data?.find(({ id }) => id === asked.campaign);
  const world: World = asked.world ?? named?.world ?? (setup.data?.canCallForReal ? 'real' : 'rehearsal');
  // Until it is known what is set up, the world is only a guess.
  const isKnown = asked.world !== undefined || ((!asked.campaign || !listed.isPending) && !setup.isPending);
  const whose = useMemo(() => ({ ...periodOf(asked, today), world, campaign: asked.campaign }), [asked, today, world]);
  const query = useMemo(() => insightsQuery(whose, whose.world, whose.campaign), [whose]);
  const { data, error, isPlaceholderData, refetch } = useOperation('insights.get', query, { enabled: isKnown, keep: true });
  useAgainWhenCallsEnd(whose, refetch);
  return {
    asked,
    whose,
    today,
    campaigns: listed.data?.filter((campaign) => campaign.world === world) ?? null,
    data: data ?? null,
    isStale: isPlaceholderData || error !== null,
    error,
    change: (next) => {
      const wanted = askedAddress(next);
      go(wanted === '' ? '/' : `/?${wanted}`);
    },
    retry: () => void refetch(),
  };
}

function useAgainWhenCallsEnd({ world, campaign }: Whose, again: () => unknown): void {
  const client = useClient();
  useEffect(() => {
    let timer: number | undefined;
    const stop = client.subscribe((event) => {
      if (event.type !== 'call.changed' || event.call.state !== 'ended' || event.call.world !== world) return;
      if (campaign !== undefined && event.call.campaignId !== campaign) return;
      timer ??= window.setTimeout(() => {
        timer = undefined;
        again();
      }, againMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, world, campaign, again]);
}
