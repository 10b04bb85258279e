import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useKeys } from '../../../app/keys.ts';
import { useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { count, counted, dispositionWords } from '../../../ui/format.ts';
import { Choice, Empty, Loading, Problem } from '../../../ui/parts.tsx';
import { worlds } from '../call-filter.ts';
import { FilterDates } from '../FilterDates.tsx';
import { FilterSelect, optionsOf } from '../FilterSelect.tsx';
import styles from '../filters.module.css';
import { ReviewTabs } from '../ReviewTabs.tsx';
import { TextFilter } from '../TextFilter.tsx';
import type { HitGroup } from './groups.ts';
import { SearchGroup } from './SearchGroup.tsx';
import own from './search.module.css';
import { readSearch, searchAddress } from './search-address.ts';
import { hitsMax, type SearchAddress, type SearchResult, useTranscriptSearch } from './use-search.ts';

const orders = [
  { value: 'newest', words: 'Newest first' },
  { value: 'best', words: 'Best first' },
] as const;
const dispositions = optionsOf(dispositionWords);
const worldOptions = optionsOf(worlds);

/** What was said, over all calls. */
export function SearchView() {
  const asked = readSearch(useSearch());
  const [, go] = useLocation();
  const { data: campaigns = [] } = useOperation('campaigns.list', {});
  const result = useTranscriptSearch(asked);
  const change = (part: Partial<SearchAddress>, replace = false) => {
    const address = searchAddress({ ...asked, ...part });
    go(address === '' ? '/search' : `/search?${address}`, { replace });
  };
  const { filter } = asked;
  const narrow = (part: { readonly [Field in keyof SearchAddress['filter']]?: string | undefined }) =>
    change({ filter: { ...filter, ...part } as SearchAddress['filter'] });
  return (
    <>
      <div className={`${styles.bar} ${styles.head}`}>
        <h1 className="visually-hidden">Words that were said</h1>
        <ReviewTabs current="words" />
        <TextFilter
          label="Find words in all transcripts"
          placeholder='Words that were said, or "exact words" in quotes'
          text={asked.query}
          autoFocus
          onChange={(query) => change({ query }, true)}
        />
        <Choice label="Order" value={asked.order} options={orders} onChange={(order) => change({ order })} />
        <div className={styles.count} role="status">
          {found(asked.query, result)}
        </div>
      </div>
      <fieldset className={`${styles.bar} ${styles.filters}`}>
        <legend className="visually-hidden">In which calls</legend>
        <FilterSelect
          name="Campaign"
          searchable
          value={filter.campaign}
          options={campaigns.map(({ id, name }) => ({ value: id as string, label: name }))}
          onChange={(campaign) => narrow({ campaign })}
        />
        <FilterSelect
          name="Disposition"
          searchable
          value={filter.disposition}
          options={dispositions}
          onChange={(disposition) => narrow({ disposition })}
        />
        <FilterDates since={filter.since} until={filter.until} onChange={narrow} />
        <FilterSelect name="World" value={filter.world} options={worldOptions} onChange={(world) => narrow({ world })} />
        <div className={own.rest} />
      </fieldset>
      {result.error ? <Problem error={result.error} next="Calls go on." onRetry={result.retry} /> : null}
      {asked.query.trim() === '' ? (
        <Empty title="Find what was said">
          Every word of every call, both sides. Type the beginning of a word, or put exact words in quotes. A find opens the call at its
          second.
        </Empty>
      ) : result.isReading ? (
        <Loading what="Searching all transcripts" rows={8} />
      ) : result.groups.length > 0 ? (
        <Results key={searchAddress(asked)} result={result} list={`from=search&${searchAddress(asked)}`} />
      ) : result.error ? null : (
        <Empty
          title={`Nobody said “${asked.query.trim()}”`}
          action={Object.keys(filter).length > 0 ? <Button onClick={() => change({ filter: {} })}>Search all calls</Button> : undefined}
        >
          {Object.keys(filter).length > 0
            ? 'No call that the filters let through has these words together in one line.'
            : 'No call has these words together in one line. Fewer words, or the beginning of a word, find more.'}
        </Empty>
      )}
    </>
  );
}

function found(query: string, { hits, hasMore, groups, isReading }: SearchResult): string | null {
  if (query.trim() === '' || isReading || groups.length === 0) return null;
  if (hits >= hitsMax) return `The first ${count(hitsMax)} finds. More words find fewer.`;
  return `${hasMore ? 'More than ' : ''}${counted(hits, 'find')}`;
}

const headPx = 40;
const hitPx = 28;
const heightOf = (group: HitGroup | undefined) => headPx + hitPx * (group?.hits.length ?? 1) + 9;

function Results({ result, list }: { readonly result: SearchResult; readonly list: string }) {
  const { groups, readMore } = result;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: groups.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(groups[index]),
    getItemKey: (index) => groups[index]?.key ?? index,
    overscan: 4,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= groups.length - 8) readMore();
  }, [last, groups.length, readMore]);
  const move = (by: number) => {
    const links = [...(scroller.current?.querySelectorAll<HTMLElement>('a[data-hit]') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const next = links[Math.max(0, at + by)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  };
  useKeys('Finds', [
    { keys: 'ArrowDown', words: 'Next find', action: () => move(1) },
    { keys: 'ArrowUp', words: 'Find before', action: () => move(-1) },
    { keys: 'Enter', words: 'Open the call at that second', action: null },
  ]);
  return (
    <div ref={scroller} className={own.scroller}>
      <ol className={own.groups} style={{ height: virtual.getTotalSize() }} aria-label="Finds by call">
        {items.map(({ index, key, start }) => {
          const group = groups[index];
          return group ? (
            <li key={key} className={own.group} style={{ transform: `translateY(${start}px)` }}>
              <SearchGroup group={group} list={list} />
            </li>
          ) : null;
        })}
      </ol>
      {result.isReadingMore ? <div className={own.more}>Reading more finds</div> : null}
    </div>
  );
}
