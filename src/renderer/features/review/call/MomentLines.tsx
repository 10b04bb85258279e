import { IconBookmarkFilled } from '@tabler/icons-react';
import { memo, useMemo } from 'react';
import { clock } from '../../../ui/format.ts';
import { type Moment, placeMoments } from './moments.ts';
import styles from './waveform.module.css';

const gapPx = 10;
const iconPx = 13;

/** Labelled upright lines across both lanes. Where labels would meet, the lesser one shows only its line. */
export const MomentLines = memo(function MomentLines({
  moments,
  pxPerMs,
  endX,
  onGo,
}: {
  readonly moments: readonly Moment[];
  readonly pxPerMs: number;
  readonly endX: number;
  readonly onGo: (ms: number) => void;
}) {
  const placed = useMemo(
    () =>
      placeMoments(
        moments,
        (ms) => Math.round(ms * pxPerMs),
        ({ words, kind }) => textWidth(words) + (kind === 'mark' ? iconPx : 0) + gapPx,
        endX,
      ),
    [moments, pxPerMs, endX],
  );
  return (
    <div className={styles.moments}>
      {placed.map(({ key, kind, words, atMs, x, label }) => (
        <button
          key={key}
          type="button"
          tabIndex={-1}
          className={`${styles.moment} ${styles[kind]} ${label === null ? '' : styles.labelled} ${label === 'left' ? styles.leftward : ''}`}
          style={{ left: x }}
          title={`${words}, ${clock(atMs)}`}
          onClick={() => onGo(atMs)}
        >
          {label !== null && kind === 'mark' ? <IconBookmarkFilled size={11} aria-hidden /> : null}
          <span className={label === null ? 'visually-hidden' : ''}>{words}</span>
        </button>
      ))}
    </div>
  );
});

let pen: CanvasRenderingContext2D | null = null;

/** How wide a label is, in px. */
function textWidth(words: string): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (!pen) return words.length * 6;
  pen.font = `400 11px ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(pen.measureText(words).width) + 5;
}
