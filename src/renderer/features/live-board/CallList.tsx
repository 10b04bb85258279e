import { useEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from '../../app/keys.ts';
import { useCall, useClient, useConnection, useKnownUntil, useLive, useNow } from '../../client/hooks.ts';
import { lostForMs, lostNext } from '../../client/lost-connection.ts';
import { Button } from '../../ui/Button.tsx';
import { clock, span } from '../../ui/format.ts';
import { Mark, type MarkName } from '../../ui/Mark.tsx';
import { Choice, Notice, SectionHead } from '../../ui/parts.tsx';
import { useMicrophone, useOperator } from '../operator/operator-context.ts';
import { CallCard } from './CallCard.tsx';
import styles from './CallList.module.css';
import {
  type Group,
  groupOf,
  groups,
  groupWords,
  heldOrder,
  oldestNeed,
  type Placed,
  rememberedOrder,
  type Sorting,
  willMove,
} from './order.ts';
import { takeOverOf } from './take-over.ts';
import { useNearby } from './use-nearby.ts';
import { useNotNeeded } from './use-not-needed.ts';

/** After the pointer has left, so that a call does not jump away from somebody who comes back at once. */
const settleMs = 400;
const groupMarks: Readonly<Record<Group, MarkName>> = { act: 'act', look: 'look', person: 'person', fine: 'ai-speaking', ended: 'waiting' };

export function CallList({
  selected,
  openId,
  onSelect,
  onOpen,
}: {
  readonly selected: string | null;
  readonly openId: string | null;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}) {
  const [sorting, setSorting] = useState<Sorting>('needs');
  const { shown, waiting, hold, needs } = useSteadyOrder(sorting);
  const list = useRef<HTMLDivElement>(null);
  const near = useNearby();
  const current = shown.some(({ id }) => id === selected) ? selected : (shown[0]?.id ?? null);
  const move = (step: number) => {
    const at = shown.findIndex(({ id }) => id === current);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + step))];
    if (!next) return;
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`[data-call="${next.id}"]`)?.focus();
    if (openId !== null) onOpen(next.id);
  };
  const { takeOver, listen, notNeeded } = useSelected(openId === null ? current : null, onOpen);
  useKeys('Calls', [
    { keys: 'ArrowDown', words: 'Next call', action: () => move(1) },
    { keys: 'ArrowUp', words: 'Previous call', action: () => move(-1) },
    { keys: 'Enter', words: 'Open the call', action: current === null || current === openId ? null : () => onOpen(current) },
    ...(takeOver === null ? [] : [{ keys: 'T', words: 'Take over', action: takeOver }]),
    ...(listen === null ? [] : [{ keys: 'L', words: 'Listen', action: listen }]),
    ...(notNeeded === null ? [] : [{ keys: '0', words: 'No person is needed', action: notNeeded }]),
    { keys: '1', words: 'Needs first', action: () => setSorting('needs') },
    { keys: '2', words: 'Oldest first', action: () => setSorting('oldest') },
  ]);
  return (
    <section className={styles.pane} aria-label="Live calls">
      <div className={styles.toolbar}>
        <Choice
          label="Order of the calls"
          value={sorting}
          options={[
            { value: 'needs', words: 'Needs first' },
            { value: 'oldest', words: 'Oldest first' },
          ]}
          onChange={setSorting}
        />
        <span className={styles.held}>{waiting === 0 ? 'Order holds while you point at a call' : `${waiting} will move`}</span>
        <Behind />
      </div>
      <div
        ref={list}
        className={styles.list}
        role="listbox"
        data-keys="screen"
        aria-label="Live calls, by need"
        tabIndex={-1}
        onPointerEnter={() => hold('pointer', true)}
        onPointerLeave={() => hold('pointer', false)}
        onFocus={() => hold('focus', true)}
        onBlur={() => hold('focus', false)}
      >
        {groups.map((group) => {
          const members = shown.filter((placed) => placed.group === group);
          const counted = group === 'act' && sorting === 'needs' ? needs : members.length;
          if (members.length === 0 && counted === 0) return null;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a group of a listbox is no fieldset
            <div key={group} role="group" aria-label={groupWords[group]}>
              {sorting === 'needs' ? (
                <div className={styles.head}>
                  <SectionHead aside={group === 'act' ? <OldestNeed /> : undefined}>
                    <Mark name={groupMarks[group]} size={12} />
                    {groupWords[group]} <span className={styles.count}>{counted}</span>
                  </SectionHead>
                </div>
              ) : null}
              {members.map(({ id }) => (
                <CallCard
                  key={id}
                  id={id}
                  near={near}
                  isSelected={id === current}
                  isOpen={id === openId}
                  hasKeys={id === (openId ?? current)}
                  onSelect={onSelect}
                  onOpen={onOpen}
                />
              ))}
            </div>
          );
        })}
      </div>
      <NewNeeds />
    </section>
  );
}

/** What the keys do to the selected call while none is open. @param id null when an open call has the keys */
function useSelected(id: string | null, onOpen: (id: string) => void) {
  const { desk, listening, showDuty } = useOperator();
  const call = useCall(id ?? '');
  const { state } = useMicrophone();
  const notNeeded = useNotNeeded(call);
  if (!call) return { takeOver: null, listen: null, notNeeded };
  const what = takeOverOf(call, { isMine: desk.holds(call), hasMicrophone: state === 'ready' });
  const opened = (action: () => Promise<void>) => () => {
    onOpen(call.id);
    void action();
  };
  return {
    takeOver: what.kind === 'duty' ? showDuty : what.kind === 'take' ? opened(() => desk.takeOver(call.id)) : null,
    notNeeded,
    listen: call.state === 'live' || call.state === 'answered' ? opened(() => listening.listen(call.id)) : null,
  };
}

/** The order that stands still while somebody points at the list or has the focus in it. */
function useSteadyOrder(sorting: Sorting) {
  const order = useMemo(() => rememberedOrder(sorting), [sorting]);
  const wanted = useLive(({ calls }) => order(calls));
  const needs = useLive(({ calls }) => [...calls.values()].filter((call) => groupOf(call) === 'act').length);
  const [held, setHeld] = useState(false);
  const holders = useRef({ pointer: false, focus: false });
  const timer = useRef<number | undefined>(undefined);
  const last = useRef<{ sorting: Sorting; shown: readonly Placed[] }>({ sorting, shown: wanted });
  const shown = held && last.current.sorting === sorting ? heldOrder(last.current.shown, wanted) : wanted;
  useEffect(() => {
    last.current = { sorting, shown };
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const hold = (by: 'pointer' | 'focus', on: boolean) => {
    holders.current[by] = on;
    clearTimeout(timer.current);
    if (holders.current.pointer || holders.current.focus) setHeld(true);
    else timer.current = window.setTimeout(() => setHeld(false), settleMs);
  };
  return { shown, needs, hold, waiting: held ? willMove(shown, wanted) : 0 };
}

/** For how long the call that has waited longest has needed a person. */
function OldestNeed() {
  const untilMs = useKnownUntil();
  const since = useLive(({ calls }) => oldestNeed([...calls.values()]));
  return since === null ? null : `oldest ${clock(untilMs - Date.parse(since))}`;
}

/** Tells screen readers of a call that needs a person, once. */
function NewNeeds() {
  const needing = useLive(({ calls }) =>
    [...calls.values()]
      .filter((call) => groupOf(call) === 'act')
      .map((call) => `${call.leadName ?? 'A call'}: ${call.attention?.reason ?? ''}`)
      .join('. '),
  );
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {needing}
    </div>
  );
}

/** It lies over the toolbar, so that no call moves when it comes or goes. */
function Behind() {
  const connection = useConnection();
  const client = useClient();
  const nowMs = useNow(1_000);
  if (connection.state !== 'lost') return null;
  const lostMs = lostForMs(connection.sinceMs, nowMs);
  return (
    <div className={styles.behind}>
      <Notice
        action={
          <Button size="small" onClick={() => client.reconnect()}>
            Now
          </Button>
        }
      >
        <b>Board is {span(lostMs)} behind.</b> {lostNext(lostMs)}
      </Notice>
    </div>
  );
}
