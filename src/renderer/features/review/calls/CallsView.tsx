import { useCallback, useEffect, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { counted, count as figure } from '../../../ui/format.ts';
import { Empty, Loading, Problem } from '../../../ui/parts.tsx';
import { callsQuery } from '../call-filter.ts';
import { useCallList } from '../call-lists.ts';
import styles from '../filters.module.css';
import { ReviewTabs } from '../ReviewTabs.tsx';
import { TextFilter } from '../TextFilter.tsx';
import { useFilterInAddress } from '../use-review-address.ts';
import { CallFilters } from './CallFilters.tsx';
import { CallsTable } from './CallsTable.tsx';
import { CampaignExport } from './CampaignExport.tsx';

const none: readonly Campaign[] = [];

/** All calls that fit, newest first. */
export function CallsView() {
  const { filter, address, change, clear } = useFilterInAddress();
  const { pages, place, state } = useCallList(address);
  const { data: campaigns = none } = useOperation('campaigns.list', {});
  const counting = useOperation(
    'calls.count',
    useMemo(() => callsQuery(filter), [filter]),
    { keep: true },
  );
  const count = counting.isPlaceholderData ? undefined : counting.data?.count;
  useEffect(() => {
    if (count !== undefined && state.isRead) place.total ??= count;
  }, [place, count, state.isRead]);
  const newer = count === undefined ? 0 : Math.max(0, count - (place.total ?? count));
  const total = state.atEnd ? state.known : Math.max(state.known, (count ?? 0) - newer);
  const campaignNames = useMemo(() => new Map(campaigns.map(({ id, name }) => [id as string, name])), [campaigns]);
  const changeText = useCallback((text: string) => change({ text }, true), [change]);
  const renew = () => {
    place.total = count ?? null;
    pages.renew();
  };
  return (
    <>
      <div className={`${styles.bar} ${styles.head}`}>
        <h1 className="visually-hidden">Calls</h1>
        <ReviewTabs current="calls" />
        <TextFilter label="Find a name or a number" placeholder="Name or number" text={filter.text ?? ''} onChange={changeText} />
        <div className={styles.count} role="status">
          {state.isRead && (state.atEnd || count !== undefined) ? counted(total, 'call') : null}
        </div>
        {newer > 0 ? (
          <Button size="small" onClick={renew}>
            {`Show ${figure(newer)} newer`}
          </Button>
        ) : null}
        <Button size="small" kind="quiet" blocked={address === '' ? 'Nothing is filtered' : null} onClick={clear}>
          Clear filters
        </Button>
        <CampaignExport campaign={campaigns.find(({ id }) => id === filter.campaign) ?? null} />
      </div>
      <CallFilters filter={filter} change={change} campaigns={campaigns} />
      {state.problem === null ? null : (
        <Problem error={{ message: state.problem }} next="What is shown stays." onRetry={() => pages.retry()} />
      )}
      {state.isRead && total > 0 ? (
        <CallsTable
          key={address}
          pages={pages}
          state={state}
          total={total}
          place={place}
          address={address}
          campaignNames={campaignNames}
          newer={newer}
          onRenew={renew}
        />
      ) : state.isRead && !state.reading ? (
        <NothingFits isFiltered={address !== ''} onClear={clear} />
      ) : state.problem === null ? (
        <Loading what={count === undefined ? 'Reading the calls' : `Reading ${counted(count, 'call')}`} rows={14} />
      ) : null}
    </>
  );
}

function NothingFits({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  const [, go] = useLocation();
  if (isFiltered) {
    return (
      <Empty title="No call fits" action={<Button onClick={onClear}>Clear filters</Button>}>
        No call fits all that is asked for above.
      </Empty>
    );
  }
  return (
    <Empty title="No calls yet" action={<Button onClick={() => go('~/board')}>Go to the board</Button>}>
      Every call is kept here, with its words and its sound. Nobody was called so far. The board has a rehearsal that needs no account.
    </Empty>
  );
}
