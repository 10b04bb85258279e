import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { CampaignHealth } from '#bridge/contract/campaigns.ts';
import type { Lead } from '#bridge/contract/leads.ts';
import type { LeadState } from '#bridge/contract/words.ts';
import { useClient, useLive, useNow } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { count, dateTime, dispositionWords, leadStateWords, outcomeWords, phone, timeOfDay } from '../../ui/format.ts';
import { Mark, type MarkName } from '../../ui/Mark.tsx';
import { Loading, Problem } from '../../ui/parts.tsx';
import { EraseDialog } from '../erasure/EraseDialog.tsx';
import { summed } from './campaign-words.ts';
import styles from './LeadTable.module.css';

const pageSize = 100;
const rowHeight = 32;
const tabs: readonly { readonly state: LeadState | null; readonly words: string }[] = [
  { state: null, words: 'All' },
  { state: 'dialling', words: 'On a call' },
  { state: 'ready', words: 'Ready' },
  { state: 'waiting', words: 'Held' },
  { state: 'suppressed', words: 'Never' },
  { state: 'done', words: 'Done' },
];
const marks: Readonly<Record<LeadState, MarkName>> = {
  ready: 'waiting',
  dialling: 'ai-speaking',
  waiting: 'held',
  done: 'passed',
  suppressed: 'never',
  unknown: 'look',
};

/** Every lead of a campaign with what holds it and when that clears; read in pages as one scrolls. */
export function LeadTable({ campaignId, health }: { readonly campaignId: string; readonly health: CampaignHealth }) {
  const client = useClient();
  const [, go] = useLocation();
  const nowMs = useNow(10_000);
  const [state, setState] = useState<LeadState | null>(null);
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const liveByLead = useLive(({ calls }) =>
    [...calls.values()].flatMap((call) => (call.leadId && call.state !== 'ended' ? [`${call.leadId} ${call.id}`] : [])),
  );
  const [erasing, setErasing] = useState<Lead | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const { data, error, isPending, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['leads.list', { campaignId, state, search }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      client.invoke('leads.list', {
        campaignId,
        limit: pageSize,
        ...(state ? { state } : {}),
        ...(search ? { search } : {}),
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.id),
    placeholderData: (before) => before,
    maxPages: 40,
  });
  const leads = data?.pages.flat() ?? [];
  const rows = useVirtualizer({ count: leads.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastShown >= leads.length - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [lastShown, leads.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const open = async (lead: Lead) => {
    const live = liveByLead.find((pair) => pair.startsWith(`${lead.id} `))?.split(' ')[1];
    if (live) {
      go(`~/board/${live}`);
      return;
    }
    const calls = await client.invoke('calls.list', { campaignId, search: lead.phone, limit: 1 }).catch(() => []);
    if (calls[0]) go(`~/review/${calls[0].id}`);
  };
  const before = (items[0]?.index ?? 0) * rowHeight;
  const after = (leads.length - 1 - lastShown) * rowHeight;
  return (
    <section className={styles.pane} aria-label="Leads">
      <div className={styles.toolbar}>
        <div className={styles.tabs} role="tablist" aria-label="State of the leads">
          {tabs.map(({ state: of, words }) => (
            <button key={words} type="button" role="tab" aria-selected={of === state} onClick={() => setState(of)}>
              {words} <i>{count(of === null ? summed(health.leads) : (health.leads[of] ?? 0))}</i>
            </button>
          ))}
        </div>
        <TextInput
          aria-label="Find a lead"
          placeholder="Find a lead"
          size="xs"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {isPending ? <Loading what="Reading the leads" rows={4} /> : null}
      <div ref={box} className={styles.scroll}>
        {!isPending && leads.length === 0 ? (
          <p className={styles.none}>{search ? `Nobody by “${search}”.` : 'Nobody in this state.'}</p>
        ) : null}
        {leads.length > 0 ? (
          <table className={styles.table}>
            <thead>
              <tr>
                <th>Lead</th>
                <th>Number</th>
                <th>Local time</th>
                <th>State</th>
                <th className={styles.number}>Tries</th>
                <th>Last time</th>
                <th>Blocker</th>
                <th>Clears</th>
                <th>
                  <span className="visually-hidden">Erase</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {before > 0 ? (
                <tr aria-hidden>
                  <td colSpan={9} style={{ height: before }} />
                </tr>
              ) : null}
              {items.map(({ index }) => {
                const lead = leads[index];
                return lead ? (
                  <Row key={lead.id} lead={lead} nowMs={nowMs} onOpen={() => void open(lead)} onErase={() => setErasing(lead)} />
                ) : null;
              })}
              {after > 0 ? (
                <tr aria-hidden>
                  <td colSpan={9} style={{ height: after }} />
                </tr>
              ) : null}
            </tbody>
          </table>
        ) : null}
      </div>
      <EraseDialog number={erasing?.phone ?? null} name={erasing ? nameOf(erasing) : null} onClose={() => setErasing(null)} />
    </section>
  );
}

const nameOf = ({ fields, phone: number }: Lead): string =>
  [fields.firstName, fields.lastName].filter(Boolean).join(' ') || fields.name || fields.company || phone(number);

function Row({
  lead,
  nowMs,
  onOpen,
  onErase,
}: {
  readonly lead: Lead;
  readonly nowMs: number;
  readonly onOpen: () => void;
  readonly onErase: () => void;
}) {
  const zone = lead.timeZones.length === 1 ? lead.timeZones[0] : undefined;
  const name = nameOf(lead);
  const clears = lead.blocker?.clearsAt ?? lead.nextAttemptAt;
  const last = lead.disposition ? dispositionWords[lead.disposition] : lead.lastOutcome ? outcomeWords[lead.lastOutcome] : '';
  // Whoever is never called again is kept by their own reason, not by the state of the campaign.
  const held =
    lead.state === 'done' || lead.state === 'dialling'
      ? null
      : lead.state === 'suppressed'
        ? 'On the do-not-call list'
        : (lead.blocker?.message ?? lead.stateReason);
  return (
    <tr>
      <td title={name}>
        {lead.attempts > 0 ? (
          <button type="button" className={styles.open} onClick={onOpen}>
            {name}
          </button>
        ) : (
          name
        )}
      </td>
      <td>{phone(lead.phone)}</td>
      <td>{zone ? `${timeOfDay(nowMs, zone)} ${lead.fields.city ?? zone.split('/').at(-1)?.replaceAll('_', ' ') ?? ''}` : 'not known'}</td>
      <td>
        <span className={styles.state}>
          <Mark name={marks[lead.state]} size={14} />
          {leadStateWords[lead.state]}
        </span>
      </td>
      <td className={styles.number}>{lead.attempts}</td>
      <td>{last}</td>
      <td title={held ?? undefined}>{held}</td>
      <td>{clears ? dateTime(clears, nowMs) : lead.state === 'suppressed' ? 'does not clear' : ''}</td>
      <td>
        <Button size="small" kind="quiet" aria-label={`Erase ${name}`} onClick={onErase}>
          Erase
        </Button>
      </td>
    </tr>
  );
}
