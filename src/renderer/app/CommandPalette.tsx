import { Spotlight, type SpotlightActionGroupData, useSpotlight } from '@mantine/spotlight';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { Call, CallSummary } from '#bridge/contract/calls.ts';
import type { SearchHit } from '#bridge/contract/operations.ts';
import { operationKey, useClient, useLive, useOperation, useRingside } from '../client/hooks.ts';
import { dateTime, phone } from '../ui/format.ts';
import { Key } from '../ui/Key.tsx';
import { veil } from '../ui/theme.ts';
import { type Command, commandSets } from './commands.ts';
import { useEscape, useKeys } from './keys.ts';
import { palette, paletteStore } from './palette.ts';
import { screens } from './routes.ts';

const hitsMax = 6;
/** Spotlight binds the key itself; the list of keys names it. */
const search = [{ keys: 'mod+K', words: 'Search calls, leads, commands', action: null }] as const;
/** So many live calls are offered before anything is typed; then all are searched. */
const callsFirst = 30;

/** Everything by name: screens, what the screen offers, live calls, campaigns, and words that were said. */
export function CommandPalette() {
  const [, go] = useLocation();
  useKeys('Everywhere', search);
  useEscape(useSpotlight(paletteStore).opened, palette.close);
  const [query, setQuery] = useState('');
  const sets = useStore(commandSets, ({ sets: all }) => all);
  const { live } = useRingside();
  // The calls of the moment at which it was opened: a list that is typed into stands still, and a closed one costs nothing.
  const [calls, setCalls] = useState<readonly CallSummary[]>([]);
  const campaigns = useLive(({ campaigns: all }) => [...all.values()]);
  const wanted = query.trim();
  const { data: hits } = useOperation(
    'search.transcripts',
    { query: wanted || ' ', limit: hitsMax },
    { enabled: wanted.length >= 3, keep: true },
  );
  const { data: found } = useOperation('calls.list', { search: wanted, limit: hitsMax }, { enabled: wanted.length >= 3, keep: true });
  const callers = useCallers(hits ?? noHits);
  const groups = useMemo((): SpotlightActionGroupData[] => {
    const commands: Command[] = [
      ...[...sets.values()].flat(),
      ...screens.map(({ path, name }, index) => ({
        id: path,
        group: 'Go to',
        words: name,
        hotkey: `alt+${index + 1}`,
        run: () => go(path),
      })),
      ...(wanted === '' ? calls.slice(0, callsFirst) : calls).map((call) => ({
        id: call.id,
        group: 'Live calls',
        words: call.leadName ?? phone(call.to),
        detail: call.attention?.reason ?? phone(call.to),
        run: () => go(`/board/${call.id}`),
      })),
      ...campaigns.map(({ id, name, state }) => ({
        id,
        group: 'Campaigns',
        words: name,
        detail: state,
        run: () => go(`/campaigns/${id}`),
      })),
      ...campaigns.map(({ id, name }) => ({
        id: `calls-${id}`,
        group: 'Review',
        words: `Find calls of ${name}`,
        run: () => go(`/review?campaign=${id}`),
      })),
      { id: 'words-said', group: 'Review', words: 'Find words that were said', run: () => go('/review/search') },
    ];
    if (wanted.length >= 3) {
      commands.push(
        ...(found ?? []).map((call) => ({
          id: `review-${call.id}`,
          group: 'Calls',
          words: call.leadName ?? phone(call.to),
          detail: `${phone(call.to)}, ${dateTime(call.startedAt)}`,
          found: wanted,
          run: () => go(`/review/${call.id}`),
        })),
        ...(hits ?? []).map(({ callId, segmentId, startMs, snippet }) => ({
          id: segmentId,
          group: 'Words that were said',
          words: snippet.replaceAll(/[[\]]/g, ''),
          detail: saidBy(callers.get(callId)),
          found: wanted,
          run: () => go(`/review/${callId}?at=${startMs}`),
        })),
      );
    }
    return grouped(commands);
  }, [sets, calls, campaigns, go, wanted, hits, found, callers]);
  return (
    <Spotlight
      store={paletteStore}
      actions={groups}
      query={query}
      onSpotlightOpen={() => setCalls([...live.getState().calls.values()].filter(({ state }) => state !== 'ended'))}
      onSpotlightClose={() => setCalls([])}
      onQueryChange={setQuery}
      shortcut="mod + K"
      scrollable
      maxHeight={420}
      limit={40}
      size={640}
      radius="lg"
      overlayProps={veil}
      highlightQuery
      nothingFound="Nothing by that name, and nobody said it."
      searchProps={{ placeholder: 'Search calls, leads, words that were said, commands', 'aria-label': 'Search' }}
    />
  );
}

const noHits: readonly SearchHit[] = [];

/** The calls in which words were found: a line alone does not say who said it, and when. */
function useCallers(hits: readonly SearchHit[]): ReadonlyMap<string, Call> {
  const client = useClient();
  const ids = [...new Set(hits.map(({ callId }) => callId))];
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: operationKey('calls.get', { id }),
      queryFn: () => client.invoke('calls.get', { id }),
      staleTime: 60_000,
    })),
    combine: byId,
  });
}

const byId = (results: readonly { readonly data?: Call | undefined }[]): ReadonlyMap<string, Call> =>
  new Map(results.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));

const saidBy = (call: Call | undefined): string => (call ? `${call.leadName ?? phone(call.to)}, ${dateTime(call.startedAt)}` : '');

function grouped(commands: readonly Command[]): SpotlightActionGroupData[] {
  const names = [...new Set(commands.map(({ group }) => group))];
  return names.map((group) => ({
    group,
    actions: commands
      .filter((command) => command.group === group)
      .map(({ id, words, detail, hotkey, found, run }) => ({
        id,
        label: words,
        ...(detail ? { description: detail } : {}),
        // What the bridge has found stays, whatever of it is shown.
        ...(found ? { keywords: found } : {}),
        ...(hotkey ? { rightSection: <Key of={hotkey} /> } : {}),
        onClick: run,
      })),
  }));
}
