import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type CallFilter, filterAddress, readFilter } from './call-filter.ts';

export interface FilterInAddress {
  readonly filter: CallFilter;
  /** The filter as it stands in the address; '' for all calls. */
  readonly address: string;
  /** @param replace true while somebody types: each letter is no place to go back to */
  readonly change: (change: { readonly [Field in keyof CallFilter]?: CallFilter[Field] | undefined }, replace?: boolean) => void;
  readonly clear: () => void;
}

/** The filter of the screen lives in its address, so that going back, a link and a reload all find it again. */
export function useFilterInAddress(): FilterInAddress {
  const search = useSearch();
  const [, go] = useLocation();
  const address = filterAddress(readFilter(search));
  const filter = useMemo(() => readFilter(address), [address]);
  return useMemo(
    () => ({
      filter,
      address,
      change: (change, replace = false) => {
        const wanted = filterAddress({ ...filter, ...change } as CallFilter);
        go(wanted === '' ? '/' : `/?${wanted}`, { replace });
      },
      clear: () => go('/'),
    }),
    [filter, address, go],
  );
}

/** The page of a call, with the list from which it was opened. @param atMs where to go in it */
export function callAddress(callId: string, list: string, atMs?: number): string {
  const parts = [atMs === undefined ? '' : `at=${atMs}`, list].filter((part) => part !== '');
  return parts.length === 0 ? `/${callId}` : `/${callId}?${parts.join('&')}`;
}
