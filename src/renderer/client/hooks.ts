import { notifyManager, type QueryKey, type UseMutationResult, type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import { createContext, startTransition, use, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { Client, Connection, OperationError } from './client.ts';
import type { CallDetail, LiveState, LiveStore, WatchDetail } from './live-store.ts';
import { knownUntilMs } from './lost-connection.ts';
import type { OperationName, OperationOutput, OperationRequest } from './operations.ts';

/** The bridge, as everything on screen sees it. */
export interface Ringside {
  readonly client: Client;
  readonly live: LiveStore;
  readonly watch: WatchDetail;
}

export const RingsideContext = createContext<Ringside | null>(null);

export function useRingside(): Ringside {
  const ringside = use(RingsideContext);
  if (!ringside) throw new Error('This belongs inside RingsideContext.');
  return ringside;
}

export const useClient = (): Client => useRingside().client;

/** Something of the live state; it is drawn again only when that changes (shallowly). */
export function useLive<Part>(select: (state: LiveState) => Part): Part {
  return useStore(useRingside().live, useShallow(select));
}

export const useCall = (id: string): CallSummary | undefined => useStore(useRingside().live, ({ calls }) => calls.get(id));

/** Transcript, hops and the rest of a call that is open, live or not; undefined until they were read. */
export function useCallDetail(id: string): CallDetail | undefined {
  const { watch, live } = useRingside();
  useEffect(() => watch(id), [watch, id]);
  return useStore(live, ({ details }) => details.get(id));
}

export function useConnection(): Connection {
  const client = useClient();
  return useSyncExternalStore(
    useCallback((changed) => client.onConnection(changed), [client]),
    () => client.connection(),
  );
}

export const operationKey = <Name extends OperationName>(name: Name, input?: OperationRequest<Name>): QueryKey =>
  input === undefined ? [name] : [name, input];

/**
 * What an operation answers, kept and shared by everybody who asks the same.
 *
 * @param options `enabled`: ask only when true; `everyMs`: ask again so often; `keep`: show the last answer while the next is asked for
 */
export function useOperation<Name extends OperationName>(
  name: Name,
  input: OperationRequest<Name>,
  options: { readonly enabled?: boolean; readonly everyMs?: number; readonly keep?: boolean } = {},
): UseQueryResult<OperationOutput<Name>, OperationError> {
  const client = useClient();
  return useQuery<OperationOutput<Name>, OperationError>({
    queryKey: operationKey(name, input),
    queryFn: () => client.invoke(name, input),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keep ? { placeholderData: (before: OperationOutput<Name> | undefined) => before as never } : {}),
  });
}

/** An operation that changes something, with its progress and its error. It is never repeated by itself. */
export function useAction<Name extends OperationName>(
  name: Name,
): UseMutationResult<OperationOutput<Name>, OperationError, OperationRequest<Name>> {
  const client = useClient();
  return useMutation({ mutationKey: [name], mutationFn: (input: OperationRequest<Name>) => client.invoke(name, input) });
}

/**
 * Resolves when the screens know what was put into the queries before this was called. What stood in for an answer until then goes
 * only now: any sooner, and the answer of before would show again for a moment.
 */
export const answersTold = (): Promise<void> => new Promise((resolve) => notifyManager.schedule(resolve));

const ticks = new Map<number, { listeners: Set<() => void>; timer: number; nowMs: number }>();

/** The time, in epoch milliseconds, told to everybody at the same moment. @param everyMs how often */
export function useNow(everyMs = 1_000): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    let tick = ticks.get(everyMs);
    if (!tick) {
      const made = { listeners: new Set<() => void>(), timer: 0, nowMs: Date.now() };
      made.timer = window.setInterval(() => {
        made.nowMs = Date.now();
        for (const listener of made.listeners) listener();
      }, everyMs);
      ticks.set(everyMs, made);
      tick = made;
    }
    const mine = tick;
    // Two hundred clocks that move at once must not keep the page from anything else.
    const changed = () => startTransition(() => setNow(mine.nowMs));
    mine.listeners.add(changed);
    return () => {
      mine.listeners.delete(changed);
      if (mine.listeners.size > 0) return;
      clearInterval(mine.timer);
      ticks.delete(everyMs);
    };
  }, [everyMs]);
  return nowMs;
}

/** The time that whatever is counted of a call goes by: it stands still while the connection is lost. @param everyMs how often it moves */
export function useKnownUntil(everyMs = 1_000): number {
  const nowMs = useNow(everyMs);
  return knownUntilMs(useConnection(), nowMs);
}
