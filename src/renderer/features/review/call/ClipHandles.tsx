import { type KeyboardEvent, useRef } from 'react';
import type { Stretch } from './peaks.ts';
import { boundsOf, draggedTo, type End, type Grip, keyedTo, preciseTime } from './stretch.ts';
import styles from './waveform.module.css';

interface Props {
  readonly stretch: Stretch;
  readonly durationMs: number;
  readonly pxPerMs: number;
  readonly endX: number;
  readonly onMove: (end: End, ms: number) => void;
}

/** Half of what is seen of a handle: at both ends of the call it stays inside. */
const halfPx = 4;
const names = { fromMs: 'Start of the clip', toMs: 'End of the clip' } as const;

/** The ends of the stretch that is cut out, to be dragged or moved by keys. */
export function ClipHandles(props: Props) {
  return (
    <div className={styles.handles}>
      <Handle {...props} end="fromMs" />
      <Handle {...props} end="toMs" />
    </div>
  );
}

function Handle({ end, stretch, durationMs, pxPerMs, endX, onMove }: Props & { readonly end: End }) {
  const grip = useRef<Grip | null>(null);
  const { leastMs, mostMs } = boundsOf(stretch, end, durationMs);
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = keyedTo(stretch, end, event.key, event.shiftKey, durationMs);
    if (to === null) return;
    event.preventDefault();
    onMove(end, to);
  };
  return (
    <div
      className={`${styles.handle} ${styles[end]}`}
      style={{ left: Math.max(halfPx, Math.min(endX - halfPx, stretch[end] * pxPerMs)) }}
      role="slider"
      tabIndex={0}
      aria-label={names[end]}
      aria-valuemin={leastMs / 1_000}
      aria-valuemax={mostMs / 1_000}
      aria-valuenow={stretch[end] / 1_000}
      aria-valuetext={preciseTime(stretch[end])}
      onKeyDown={pressed}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { ms: stretch[end], x: event.clientX };
      }}
      onPointerMove={(event) => {
        if (grip.current && event.currentTarget.hasPointerCapture(event.pointerId)) {
          onMove(end, draggedTo(grip.current, event.clientX, pxPerMs));
        }
      }}
    />
  );
}
