import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SearchHit } from '#bridge/contract/operations.ts';
import type { OperationError } from '../../../client/client.ts';
import { operationKey, useClient } from '../../../client/hooks.ts';
import { type CallFilter, callsQuery } from '../call-filter.ts';
import { grouped, type HitGroup } from './groups.ts';

export const hitsPerPage = 100;
/** More finds than this nobody reads; narrowing the search is quicker. */
export const hitsMax = 2_000;

export interface SearchAddress {
  readonly query: string;
  readonly order: 'newest' | 'best';
  readonly filter: CallFilter;
}

export interface SearchResult {
  readonly groups: readonly HitGroup[];
  readonly hits: number;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly isReadingMore: boolean;
  readonly error: OperationError | null;
  readonly readMore: () => void;
  readonly retry: () => void;
}

/** What was said, in all calls that the filter lets through. The call page asks the same again for its place among them. */
export function useTranscriptSearch({ query, order, filter }: SearchAddress, enabled = true): SearchResult {
  const client = useClient();
  const { campaignId, disposition, since, until, world } = callsQuery(filter);
  const filters = {
    ...(campaignId ? { campaignId } : {}),
    ...(disposition ? { disposition } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(world ? { world } : {}),
  };
  const asked = { query, order, filters, limit: hitsPerPage } as const;
  const result = useInfiniteQuery<
    readonly SearchHit[],
    OperationError,
    { pages: (readonly SearchHit[])[] },
    readonly unknown[],
    string | null
  >({
    queryKey: [...operationKey('search.transcripts', asked), 'pages'],
    queryFn: ({ pageParam }) => client.invoke('search.transcripts', { ...asked, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null,
    getNextPageParam: (last, pages) =>
      last.length < hitsPerPage || pages.length * hitsPerPage >= hitsMax ? null : (last.at(-1)?.segmentId ?? null),
    enabled: enabled && query.trim() !== '',
    staleTime: 30_000,
  });
  const pages = result.data?.pages;
  const groups = useMemo(() => grouped(pages ?? []), [pages]);
  return {
    groups,
    hits: (pages ?? []).reduce((sum, page) => sum + page.length, 0),
    hasMore: result.hasNextPage,
    isReading: result.isFetching && !result.isFetchingNextPage && pages === undefined,
    isReadingMore: result.isFetchingNextPage,
    error: result.error,
    readMore: () => {
      if (result.hasNextPage && !result.isFetchingNextPage) void result.fetchNextPage();
    },
    retry: () => void result.refetch(),
  };
}
