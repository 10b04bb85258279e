import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { Button } from '../../../ui/Button.tsx';
import { FindInCall } from './FindInCall.tsx';
import type { Find } from './find.ts';
import { follow } from './follow.ts';
import { paintFinds } from './highlights.ts';
import { TranscriptRow } from './TranscriptRow.tsx';
import type { Timeline } from './timeline.ts';
import styles from './transcript.module.css';
import type { Row } from './transcript-rows.ts';

interface Props {
  readonly call: Call;
  readonly rows: readonly Row[];
  /** Null until there is a player. */
  readonly timeline: Timeline | null;
  /** Null where there is nothing to hear. */
  readonly onPlayFrom: ((ms: number) => void) | null;
  /** A live call: the newest line stays in sight. */
  readonly followsEnd?: boolean;
}

/** What the lead heard, in step with the sound. It scrolls along until somebody scrolls. */
export function Transcript({ call, rows, timeline, onPlayFrom, followsEnd = false }: Props) {
  const box = useRef<HTMLElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const following = useRef(true);
  following.current = isFollowing;

  useEffect(() => {
    const scroller = box.current;
    if (!scroller || !timeline) return;
    return follow({ scroller, timeline, rows, isFollowing: () => following.current });
  }, [timeline, rows]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new or longer line is what scrolls
  useEffect(() => {
    if (followsEnd && isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [followsEnd, isFollowing, rows]);

  useEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    const stop = () => setFollowing(false);
    const pressed = (event: MouseEvent) => {
      // On the scrollbar, which lies beside the content.
      if (event.target === scroller && event.offsetX > scroller.clientWidth) stop();
    };
    const clicked = ({ target }: MouseEvent) => {
      const at = target instanceof Element ? target.closest<HTMLElement>('[data-at]')?.dataset.at : undefined;
      const isSelecting = document.getSelection()?.isCollapsed === false;
      if (at === undefined || isSelecting || (target instanceof Element && target.closest('button'))) return;
      if (onPlayFrom) onPlayFrom(Number(at));
      else timeline?.seek(Number(at));
    };
    scroller.addEventListener('wheel', stop, { passive: true });
    scroller.addEventListener('touchmove', stop, { passive: true });
    scroller.addEventListener('mousedown', pressed);
    scroller.addEventListener('click', clicked);
    return () => {
      scroller.removeEventListener('wheel', stop);
      scroller.removeEventListener('touchmove', stop);
      scroller.removeEventListener('mousedown', pressed);
      scroller.removeEventListener('click', clicked);
    };
  }, [onPlayFrom, timeline]);

  const showFind = (all: readonly Find[], current: number) => {
    const scroller = box.current;
    if (!scroller) return;
    const place = paintFinds(scroller, all, current);
    if (!place) return;
    setFollowing(false);
    place.scrollIntoView({ block: 'nearest' });
  };
  const isMoving = timeline !== null && rows.length > 0;
  return (
    <div className={styles.pane}>
      <header className={styles.bar}>
        <h2>Transcript</h2>
        <p>what the lead heard; struck words were cut off</p>
        <div className={styles.follow}>
          {isFollowing || !isMoving ? null : (
            <Button size="small" kind="quiet" onClick={() => setFollowing(true)}>
              {followsEnd ? 'To the newest line' : 'Follow the sound'}
            </Button>
          )}
        </div>
        <FindInCall rows={rows} onShow={showFind} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
      <section ref={box} className={styles.scroller} tabIndex={0} aria-label="Lines of the transcript">
        {rows.length === 0 ? <NothingSaid call={call} /> : null}
        <ol className={styles.lines}>
          {rows.map((row) => (
            <TranscriptRow key={row.id} row={row} onPlayFrom={onPlayFrom} />
          ))}
        </ol>
      </section>
    </div>
  );
}

function NothingSaid({ call }: { readonly call: Call }): ReactNode {
  const words =
    call.endedAt === null
      ? 'Nothing was said yet. The words come here as they are spoken.'
      : call.answeredAt === null
        ? 'Nobody answered, so nothing was said.'
        : 'Nothing was said on this call, or no words were made out.';
  return <p className={styles.nothing}>{words}</p>;
}
