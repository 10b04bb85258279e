import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useRouter } from 'wouter';
import { useKeys } from '../../../app/keys.ts';
import type { Place } from '../call-lists.ts';
import type { CallPages, PagesState } from '../call-pages.ts';
import { CallRow } from './CallRow.tsx';
import styles from './calls-table.module.css';
import { columns } from './columns.ts';
import { useDrawnRows } from './drawn-rows.ts';

const rowPx = 32;
const overscan = 6;

interface Props {
  readonly pages: CallPages;
  readonly state: PagesState;
  readonly total: number;
  readonly place: Place;
  readonly address: string;
  readonly campaignNames: ReadonlyMap<string, string>;
  readonly newer: number;
  readonly onRenew: () => void;
}

/** @returns whether the row is drawn */
function focusRow(box: HTMLElement | null, index: number): boolean {
  const link = box?.querySelector<HTMLElement>(`[data-row="${index}"] a`);
  link?.focus({ preventScroll: true });
  return link !== null && link !== undefined;
}

/**
 * A table of which only the rows on screen exist. One empty row stands for all that is above them: a place of its own for each row would
 * give each a style of its own, and Chromium takes longer and longer to look those up.
 */
export function CallsTable({ pages, state, total, place, address, campaignNames, newer, onRenew }: Props) {
  const router = useRouter();
  const base = router.hrefs(router.base, router);
  const scroller = useRef<HTMLDivElement>(null);
  const focusWanted = useRef(false);
  const [cursor, setCursor] = useState(Math.min(place.cursor, total - 1));
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan,
    initialOffset: place.scrollTop,
    scrollPaddingStart: 28,
    scrollPaddingEnd: 0,
  });
  const rows = virtual.getVirtualItems();
  const drawn = useDrawnRows(rows.map(({ index }) => index));
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => pages.want(first, last), [pages, first, last]);

  // Somebody who only watches the top sees new calls come; whoever points or reads is not disturbed.
  useEffect(() => {
    const box = scroller.current;
    if (newer === 0 || !box || box.scrollTop > 0 || box.matches(':hover') || box.contains(document.activeElement)) return;
    onRenew();
  }, [newer, onRenew]);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const follow = (event: MouseEvent) => {
      if (!(event.target instanceof Element) || event.target.closest('a')) return;
      if (document.getSelection()?.isCollapsed === false) return;
      event.target.closest('[data-row]')?.querySelector('a')?.click();
    };
    const focused = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]')?.dataset.row : undefined;
      if (row === undefined) return;
      place.cursor = Number(row);
      setCursor(place.cursor);
    };
    box.addEventListener('click', follow);
    box.addEventListener('focusin', focused);
    return () => {
      box.removeEventListener('click', follow);
      box.removeEventListener('focusin', focused);
    };
  }, [place]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(total - 1, to));
    focusWanted.current = !focusRow(scroller.current, next);
    place.cursor = next;
    setCursor(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const rowsOnScreen = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 2);
  const isInTable = () => scroller.current?.contains(document.activeElement) ?? false;
  useKeys('Calls', [
    { keys: 'ArrowDown', words: 'Next call', action: () => move(isInTable() ? cursor + 1 : cursor) },
    { keys: 'ArrowUp', words: 'Call before', action: () => move(isInTable() ? cursor - 1 : cursor) },
    { keys: 'PageDown', words: 'A screen further', action: () => move(cursor + rowsOnScreen()) },
    { keys: 'PageUp', words: 'A screen back', action: () => move(cursor - rowsOnScreen()) },
    { keys: 'Home', words: 'The newest call', action: () => move(0) },
    { keys: 'End', words: 'The oldest call', action: () => move(total - 1) },
    { keys: 'Enter', words: 'Open the call', action: null },
  ]);
  // A row that was out of sight can be focused only when it is there.
  useLayoutEffect(() => {
    if (focusWanted.current && focusRow(scroller.current, cursor)) focusWanted.current = false;
  });

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      onScroll={({ currentTarget }) => {
        place.scrollTop = currentTarget.scrollTop;
      }}
    >
      <table className={styles.table} aria-rowcount={total + 1} aria-busy={state.reading}>
        <caption className="visually-hidden">Calls, newest first</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ key, head, cell }) => (
              <th key={key} scope="col" className={cell === null ? '' : styles[cell]}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          <tr className={styles.gap} style={{ height: rows[0]?.start ?? 0 }} aria-hidden />
          {rows.map(({ index }) => (
            <CallRow
              key={index}
              index={index}
              call={drawn.has(index) ? pages.row(index) : undefined}
              address={address}
              campaignNames={campaignNames}
              isCursor={index === cursor}
              base={base}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
