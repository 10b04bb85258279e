import { createContext, use, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useClient } from '../../client/hooks.ts';
import { callsQuery, readFilter } from './call-filter.ts';
import { CallPages, type PagesState } from './call-pages.ts';

/** Where somebody is in a list. */
export interface Place {
  scrollTop: number;
  /** The row that the keyboard is on. */
  cursor: number;
  /** How many there were when it was read; what came since is offered, and moves nothing by itself. */
  total: number | null;
}

/** A list that somebody looks at, and where they are in it: kept so that coming back from a call changes nothing. */
export interface CallList {
  readonly pages: CallPages;
  readonly place: Place;
}

const keptLists = 4;
export type CallLists = Map<string, CallList>;
export const CallListsContext = createContext<CallLists | null>(null);

/** The lists of this visit, by the address of their filter. They follow the feed while Review is open. */
export function useCallLists(): CallLists {
  const lists = useRef<CallLists>(new Map());
  const client = useClient();
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.type === 'call.changed') for (const { pages } of lists.current.values()) pages.update(event.call);
        // After a gap nobody knows what changed in it.
        if (event.type === 'snapshot') for (const { pages } of lists.current.values()) pages.renew();
      }),
    [client],
  );
  return lists.current;
}

/** The calls that a filter finds. @param address as `filterAddress` makes it */
export function useCallList(address: string): CallList & { readonly state: PagesState } {
  const client = useClient();
  const lists = use(CallListsContext);
  if (!lists) throw new Error('This belongs inside CallListsContext.');
  const list = useMemo(() => {
    const known = lists.get(address);
    const query = callsQuery(readFilter(address));
    const made: CallList = known ?? {
      pages: new CallPages((cursor, limit) => client.invoke('calls.list', { ...query, limit, ...(cursor ? { cursor } : {}) })),
      place: { scrollTop: 0, cursor: 0, total: null },
    };
    lists.delete(address);
    lists.set(address, made);
    for (const oldest of lists.keys()) if (lists.size > keptLists) lists.delete(oldest);
    return made;
  }, [lists, client, address]);
  const state = useSyncExternalStore(list.pages.subscribe, list.pages.state);
  useEffect(() => {
    if (!list.pages.state().isRead) list.pages.want(0, 0);
  }, [list]);
  return { ...list, state };
}
