import { paintWord } from './highlights.ts';
import type { Timeline } from './timeline.ts';
import { type Row, rowAt, wordAt } from './transcript-rows.ts';

/**
 * Keeps the line and the word that are in the ear marked on the page, frame by frame and without a render.
 *
 * @param parts `isFollowing`: whether the transcript scrolls along @returns stops it
 */
export function follow({
  scroller,
  timeline,
  rows,
  isFollowing,
}: {
  readonly scroller: HTMLElement;
  readonly timeline: Timeline;
  readonly rows: readonly Row[];
  readonly isFollowing: () => boolean;
}): () => void {
  let current = -1;
  let line: HTMLElement | null = null;
  let word = -1;
  const stop = timeline.onTime((ms) => {
    // Untouched at the beginning, nothing is current.
    const index = ms === 0 ? -1 : rowAt(rows, ms);
    const row = rows[index];
    if (index !== current) {
      current = index;
      word = -1;
      line?.removeAttribute('data-current');
      paintWord(null, null);
      line = row ? scroller.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`) : null;
      line?.setAttribute('data-current', '');
      if (line && isFollowing()) keepInSight(scroller, line);
    }
    if (row?.kind !== 'spoken' || !line) return;
    const place = wordAt(row, ms);
    if ((place?.start ?? -1) === word) return;
    word = place?.start ?? -1;
    paintWord(line.querySelector('[data-text]'), place);
  });
  return () => {
    stop();
    line?.removeAttribute('data-current');
    paintWord(null, null);
  };
}

/** The line stays in the middle half: it moves seldom, and then enough. */
function keepInSight(scroller: HTMLElement, line: HTMLElement): void {
  const box = scroller.getBoundingClientRect();
  const { top, bottom } = line.getBoundingClientRect();
  if (top >= box.top + box.height * 0.15 && bottom <= box.bottom - box.height * 0.25) return;
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const to = scroller.scrollTop + top - box.top - box.height * 0.3;
  scroller.scrollTo({ top: to, behavior: isStill ? 'auto' : 'smooth' });
}
