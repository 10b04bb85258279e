import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { Suppression } from '#bridge/contract/leads.ts';
import type { World } from '#bridge/contract/words.ts';
import type { OperationError } from '../../../client/client.ts';
import { useClient } from '../../../client/hooks.ts';

const pageSize = 100;

/** The list, newest first, page by page. */
export function useSuppressions(world: World, search: string) {
  const client = useClient();
  const queries = useQueryClient();
  const wanted = search.trim();
  const query = useInfiniteQuery<Suppression[], OperationError, Suppression[], readonly unknown[], string | undefined>({
    queryKey: ['suppressions.list', { world, search: wanted, pages: true }],
    queryFn: ({ pageParam }) =>
      client.invoke('suppressions.list', {
        world,
        limit: pageSize,
        ...(wanted === '' ? {} : { search: wanted }),
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }) as Promise<Suppression[]>,
    initialPageParam: undefined,
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.id),
    select: ({ pages }) => pages.flat(),
    placeholderData: (before) => before,
  });
  return {
    list: query.data ?? null,
    error: query.error,
    readAgain: () => void query.refetch(),
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    readingMore: query.isFetchingNextPage,
    changed: () => queries.invalidateQueries({ queryKey: ['suppressions.list'] }),
  };
}
