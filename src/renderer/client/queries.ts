import { QueryClient } from '@tanstack/react-query';
import type { Client } from './client.ts';
import { operationKey } from './hooks.ts';

/** What a call that is over, or that somebody has judged, may change. */
const ofPastCalls = [
  'calls.list',
  'calls.count',
  'calls.tags',
  'overview.today',
  'leads.list',
  'campaigns.spending',
  'search.transcripts',
  'suppressions.list',
];
/** Lists are read again at most so often while the feed tells of changes. */
const againMs = 1_500;

/** Keeps what operations answered, and reads it again when the feed tells that it changed. */
export function createQueries(client: Client): { readonly queries: QueryClient; readonly stop: () => void } {
  const queries = new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  const stale = new Set<string>();
  let timer: number | undefined;
  const refresh = () => {
    timer = undefined;
    for (const name of stale) void queries.invalidateQueries({ queryKey: [name] });
    stale.clear();
  };
  const later = (...names: string[]) => {
    for (const name of names) stale.add(name);
    timer ??= window.setTimeout(refresh, againMs);
  };
  const stop = client.subscribe((event) => {
    if (event.type === 'snapshot') void queries.invalidateQueries();
    if (event.type === 'campaign.changed') {
      queries.setQueryData(operationKey('campaigns.get', { id: event.campaign.id }), event.campaign);
      later('campaigns.list', 'leads.list', 'campaigns.check');
    }
    if (event.type === 'colleagues.changed') queries.setQueryData(operationKey('colleagues.list', {}), event.colleagues);
    if (event.type === 'line.health') queries.setQueryData(operationKey('line.health', {}), event.health);
    if (event.type === 'tunnel.changed') later('tunnel.status', 'setup.status');
    if (event.type === 'campaign.removed') later('campaigns.list');
    if (event.type === 'campaign.health') {
      queries.setQueryData(operationKey('campaigns.health', { id: event.health.id }), event.health);
      later('leads.list', 'campaigns.spending');
    }
    // On a call that is over; one that goes on is told piece by piece.
    if (event.type === 'call.mark' || event.type === 'call.mark-removed')
      void queries.invalidateQueries({ queryKey: operationKey('calls.get', { id: event.callId }) });
    if (event.type === 'call.changed' && event.call.state === 'ended') {
      void queries.invalidateQueries({ queryKey: operationKey('calls.get', { id: event.call.id }) });
      later(...ofPastCalls);
    }
  });
  return {
    queries,
    stop: () => {
      stop();
      clearTimeout(timer);
      queries.clear();
    },
  };
}
