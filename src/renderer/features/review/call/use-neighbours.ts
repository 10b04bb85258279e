import { useEffect } from 'react';
import { useSearch } from 'wouter';
import { useOperation } from '../../../client/hooks.ts';
import { count, counted, day } from '../../../ui/format.ts';
import { callsQuery, filterAddress, filterWords, readFilter } from '../call-filter.ts';
import { useCallList } from '../call-lists.ts';
import { readSearch, searchAddress } from '../search/search-address.ts';
import { useTranscriptSearch } from '../search/use-search.ts';
import { callAddress } from '../use-review-address.ts';

/** The place of a call in the list from which it was opened. */
export interface Neighbours {
  /** The way back to that list. */
  readonly back: string;
  /** `14 of 61 in “Booked”`; null when the call is not in it, or not near where somebody looked. */
  readonly words: string | null;
  /** Addresses; null where the list begins and ends. */
  readonly previous: string | null;
  readonly next: string | null;
}

/** The address says which list: that of a filter, or that of a search. */
export function useNeighbours(id: string): Neighbours {
  const search = useSearch();
  const isSearch = new URLSearchParams(search).get('from') === 'search';
  const fromList = useInList(id, search, !isSearch);
  const fromSearch = useInSearch(id, search, isSearch);
  return isSearch ? fromSearch : fromList;
}

function useInList(id: string, search: string, enabled: boolean): Neighbours {
  const filter = readFilter(search);
  const address = filterAddress(filter);
  const { pages, state } = useCallList(address);
  const { data: counting } = useOperation('calls.count', callsQuery(filter), { enabled, keep: true });
  const { data: campaigns } = useOperation('campaigns.list', {}, { enabled: enabled && filter.campaign !== undefined });
  const index = pages.indexOf(id);
  useEffect(() => {
    if (enabled && index !== null) pages.want(Math.max(0, index - 1), index + 1);
  }, [enabled, pages, index]);
  const total = state.atEnd ? state.known : Math.max(state.known, counting?.count ?? 0);
  const campaign = campaigns?.find(({ id: campaignId }) => campaignId === filter.campaign)?.name ?? null;
  const name = filterWords(filter, campaign, (date) => day(`${date}T00:00`));
  const at = (place: number) => {
    const call = place < 0 ? undefined : pages.row(place);
    return call ? callAddress(call.id, address) : null;
  };
  return {
    back: address === '' ? '/' : `/?${address}`,
    words: index === null ? null : `${count(index + 1)} of ${name === null ? counted(total, 'call') : `${count(total)} in “${name}”`}`,
    previous: index === null ? null : at(index - 1),
    next: index === null ? null : at(index + 1),
  };
}

function useInSearch(id: string, search: string, enabled: boolean): Neighbours {
  const asked = readSearch(search);
  const address = searchAddress(asked);
  const { groups, hasMore, readMore } = useTranscriptSearch(asked, enabled);
  const calls = enabled ? [...new Map(groups.map(({ callId, hits }) => [callId, hits[0]?.startMs])).entries()] : [];
  const index = calls.findIndex(([callId]) => callId === id);
  const isLast = index >= 0 && index === calls.length - 1;
  useEffect(() => {
    if (isLast) readMore();
  }, [isLast, readMore]);
  const at = (place: number) => {
    const found = calls[place];
    return found && place >= 0 ? callAddress(found[0], `from=search&${address}`, found[1]) : null;
  };
  return {
    back: address === '' ? '/search' : `/search?${address}`,
    words: index === -1 ? null : `${count(index + 1)} of ${hasMore ? 'more than ' : ''}${count(calls.length)} with “${asked.query}”`,
    previous: index === -1 ? null : at(index - 1),
    next: index === -1 ? null : at(index + 1),
  };
}
