import { type CallFilter, filterAddress, readFilter } from '../call-filter.ts';
import type { SearchAddress } from './use-search.ts';

/** What a search can be narrowed by. */
const fields = ['campaign', 'disposition', 'since', 'until', 'world'] as const satisfies readonly (keyof CallFilter)[];

/** @param search the address behind its question mark */
export function readSearch(search: string): SearchAddress {
  const params = new URLSearchParams(search);
  const all = readFilter(search);
  const filter: CallFilter = Object.fromEntries(fields.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]])));
  return { query: (params.get('q') ?? '').slice(0, 300), order: params.get('order') === 'best' ? 'best' : 'newest', filter };
}

/** @returns the address behind its question mark; '' when nothing is asked for */
export function searchAddress({ query, order, filter }: SearchAddress): string {
  const params = new URLSearchParams();
  if (query !== '') params.set('q', query);
  if (order === 'best') params.set('order', order);
  const narrowed = filterAddress(filter);
  return [params.toString(), narrowed].filter((part) => part !== '').join('&');
}
